import { useEffect, useRef, useState } from 'preact/hooks';
import { lang } from '../state/state.ts';
import { measure, type Progress } from './measure.ts';
import { planOf } from './plan.ts';
import { toMarkdown, type Report } from './report.ts';
import { ResultTable } from './ResultTable.tsx';
import { benchStrings } from './strings.ts';

declare global {
  interface Window {
    /** The finished report, for scripts that drive this page. */
    result?: Report | { error: string };
  }
}

type Phase =
  { name: 'idle' } | { name: 'running' } | { name: 'done' } | { name: 'failed'; reason: string };

export function Bench() {
  const words = benchStrings[lang.value];
  const [phase, setPhase] = useState<Phase>({ name: 'idle' });
  const [progress, setProgress] = useState<Progress | null>(null);
  const abort = useRef(new AbortController());
  const query = new URLSearchParams(location.search);

  const run = async () => {
    abort.current = new AbortController();
    delete window.result;
    setPhase({ name: 'running' });
    try {
      const plan = planOf(query, navigator.hardwareConcurrency);
      const report = await measure(plan, abort.current.signal, (now) => setProgress({ ...now }));
      setProgress({ share: 1, doing: '', report });
      setPhase({ name: 'done' });
      window.result = report;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      setPhase({ name: 'failed', reason });
      window.result = { error: reason };
    }
  };
  useEffect(() => {
    if (query.has('auto')) void run();
    return () => abort.current.abort();
  }, []);

  const report = progress?.report;
  const running = phase.name === 'running';
  const status = {
    idle: '',
    running: words.doing(progress?.doing ?? ''),
    done: report?.finished ? words.done : words.stopped,
    failed: phase.name === 'failed' ? words.failed(phase.reason) : '',
  }[phase.name];
  return (
    <main class="bench">
      <a href={`./${location.hash}`}>{words.back}</a>
      <h1>{words.title}</h1>
      <p>{words.lead}</p>
      <div class="bench-controls">
        <button
          type="button"
          class="bench-main"
          onClick={() => (running ? abort.current.abort() : void run())}
        >
          {running ? words.stop : phase.name === 'idle' ? words.start : words.again}
        </button>
        {running && (
          <progress value={progress?.share ?? 0} max={1} aria-label={words.progress}></progress>
        )}
        <p role="status">{status}</p>
      </div>
      {report && <ResultTable report={report} words={words} />}
      {report && phase.name === 'done' && <CopyButtons report={report} />}
    </main>
  );
}

function CopyButtons({ report }: { report: Report }) {
  const words = benchStrings[lang.value];
  const [said, setSaid] = useState('');
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => setSaid(words.copied),
      () => setSaid(words.notCopied),
    );
  return (
    <div class="bench-controls">
      <button type="button" onClick={() => copy(JSON.stringify(report, null, 2))}>
        {words.copyJson}
      </button>
      <button type="button" onClick={() => copy(toMarkdown(report))}>
        {words.copyMarkdown}
      </button>
      <p role="status">{said}</p>
    </div>
  );
}
