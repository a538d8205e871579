import { useEffect, useState } from 'preact/hooks';
import type { Detection, Trace } from '../../../api/types.ts';
import './explain.css';
import { Jump } from './Jump.tsx';
import type { ExplainProps } from './props.ts';
import { SandboxSection } from './sandbox/SandboxSection.tsx';
import { StepsSection } from './steps/StepsSection.tsx';
import { en } from './strings.en.ts';
import { ko } from './strings.ko.ts';
import { TapeSection } from './tape/TapeSection.tsx';

interface Result {
  trace: Trace;
  detection: Detection;
  temperature: number;
  epsilon: number;
}

export default function ExplainTab(props: ExplainProps) {
  const { model, pictureName, theme } = props;
  const words = props.lang === 'ko' ? ko : en;
  const { result, failure, busy } = useResult(props);
  const notice = failure
    ? words.failed(failure)
    : !model
      ? words.waiting
      : !props.picture
        ? words.noPicture
        : words.waiting;
  return (
    <div class="ex">
      <header class="ex-head">
        <h2>{words.title}</h2>
        <p>{words.lead}</p>
        <nav aria-label={words.jump}>
          <Jump to="ex-tape">{words.tape.title}</Jump>
          <Jump to="ex-steps">{words.steps.title}</Jump>
          <Jump to="ex-sandbox">{words.sandbox.title}</Jump>
        </nav>
      </header>
      <section id="ex-tape" aria-labelledby="ex-tape-title" aria-busy={busy}>
        <h2 id="ex-tape-title" tabIndex={-1}>
          {words.tape.title}
        </h2>
        {result && model ? (
          <TapeSection
            trace={result.trace}
            classes={model.info.classes}
            pictureName={pictureName}
            theme={theme}
            words={words.tape}
          />
        ) : (
          <p class="ex-card">{notice}</p>
        )}
      </section>
      <section id="ex-steps" aria-labelledby="ex-steps-title" aria-busy={busy}>
        <h2 id="ex-steps-title" tabIndex={-1}>
          {words.steps.title}
        </h2>
        {result && model ? (
          <>
            <p>{words.steps.lead(pictureName)}</p>
            <StepsSection {...result} info={model.info} theme={theme} words={words.steps} />
          </>
        ) : (
          <p class="ex-card">{notice}</p>
        )}
      </section>
      <section id="ex-sandbox" aria-labelledby="ex-sandbox-title">
        <h2 id="ex-sandbox-title" tabIndex={-1}>
          {words.sandbox.title}
        </h2>
        <p>{words.sandbox.lead}</p>
        <SandboxSection
          odin={props.odin}
          initial={props.sandbox}
          onChange={props.onSandboxChange}
          words={words.sandbox}
          playerWords={words.tape}
          waiting={words.waiting}
          failed={words.failed}
        />
      </section>
    </div>
  );
}

/** The trace and the detection of the picture; the last ones stay while new ones are worked out. */
function useResult({ model, picture, temperature, epsilon }: ExplainProps) {
  const [result, setResult] = useState<Result | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!model || !picture) return;
    const abort = new AbortController();
    const { signal } = abort;
    setBusy(true);
    Promise.all([
      model.trace(picture, { temperature, signal }),
      model.detect(picture, { temperature, epsilon, signal }),
    ]).then(
      ([trace, detection]) => {
        if (signal.aborted) return;
        setResult({ trace, detection, temperature, epsilon });
        setFailure(null);
        setBusy(false);
      },
      (error: Error) => {
        if (signal.aborted) return;
        setFailure(error.message);
        setBusy(false);
      },
    );
    return () => abort.abort();
  }, [model, picture, temperature, epsilon]);
  return { result, failure, busy };
}
