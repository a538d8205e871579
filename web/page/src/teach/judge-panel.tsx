import { useMemo, useState } from 'preact/hooks';
import { HistogramChart } from '../charts/histogram-chart.tsx';
import { DrawingPad } from '../inputs/drawing-pad.tsx';
import { Tabs } from '../ui/tabs.tsx';
import type { Judged, Lesson } from './learning/types.ts';
import * as project from './project.ts';
import { Camera, FileButtons, readFiles } from './sources.tsx';
import { Thumbnail } from './thumbnail.tsx';
import type { Words } from './words/en.ts';

const sources = ['camera', 'files', 'drawing'] as const;
type Source = (typeof sources)[number];
const bins = 24;

/** Shares of held-out pictures by their scores, from the lowest that is shown to 0, the nearest. */
function sharesOf(known: number[], low: number, high: number): number[] {
  const shares = new Array<number>(bins).fill(0);
  for (const score of known) {
    const bin = Math.floor((bins * (score - low)) / (high - low));
    shares[Math.min(bins - 1, Math.max(0, bin))]! += 1 / known.length;
  }
  return shares;
}

function Why({ judged, lesson, words }: { judged: Judged; lesson: Lesson; words: Words }) {
  const { known, threshold } = lesson;
  const [low, high] = useMemo(() => {
    const all = [...known, threshold, judged.score];
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const margin = 0.06 * (most - least || 1);
    return [least - margin, most + margin];
  }, [known, threshold, judged.score]);
  const shares = useMemo(() => sharesOf(known, low, high), [known, low, high]);
  const none = useMemo(() => shares.map(() => 0), [shares]);
  if (known.length === 0) return <p class="hint">{words.unknownScores}</p>;
  return (
    <HistogramChart
      low={low}
      high={high}
      inShares={shares}
      outShares={none}
      threshold={threshold}
      thresholdName={words.limit}
      score={judged.score}
      scoreName={words.thisOne}
      digits={2}
      height={190}
      label={words.scoresOfKnown}
    />
  );
}

function Verdict({ judged, lesson, words }: { judged: Judged; lesson: Lesson; words: Words }) {
  const { verdict, label, probabilities, score } = judged;
  const farther = lesson.known.filter((of) => of < score).length / (lesson.known.length || 1);
  const name = lesson.classes[label] ?? String(label);
  return (
    <div
      class={`teach-verdict verdict ${verdict}`}
      data-testid="teach-verdict"
      data-verdict={verdict}
      data-class={name}
      data-score={score}
    >
      <div class="teach-seen">
        <Thumbnail rgb={judged.seen} />
      </div>
      <div>
        <p class="big" role="status">
          {verdict === 'in' ? name : words.verdict.out}
        </p>
        <p>{words.sure(name, probabilities[label]!)}</p>
        <p>{verdict === 'in' ? words.why.in(farther) : words.why.out}</p>
        <p class="hint">{words.why.from(lesson.threshold.toFixed(3), score.toFixed(3))}</p>
        <ul class="teach-bars" aria-label={words.probabilities}>
          {lesson.classes.map((of, i) => (
            <li key={of}>
              <span>{of}</span>
              <span class="meter">
                <span style={{ width: `${100 * probabilities[i]!}%` }} />
              </span>
              <span>{Math.round(100 * probabilities[i]!)}%</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function download(file: File): void {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href: address, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function Files({ words }: { words: Words }) {
  const canShare = (file: File) => navigator.canShare?.({ files: [file] }) ?? false;
  const has = project.lesson.value !== null;
  const isClosed = project.phase.value !== 'ready';
  const share = async () => {
    const file = project.savedFile();
    if (!file) return;
    if (!canShare(file)) return download(file);
    await navigator.share({ files: [file], title: words.title }).catch(() => undefined);
  };
  return (
    <>
      <div class="row">
        <button
          type="button"
          class="button"
          disabled={!has || isClosed}
          onClick={() => {
            const file = project.savedFile();
            if (file) download(file);
          }}
        >
          {words.save}
        </button>
        <button
          type="button"
          class="button"
          disabled={!has || isClosed}
          onClick={() => void share()}
        >
          {words.share}
        </button>
        <input
          class="sr-only"
          id="teach-open"
          type="file"
          accept=".safetensors"
          disabled={isClosed}
          onChange={(event) => {
            const input = event.currentTarget;
            const file = input.files?.[0];
            input.value = '';
            if (file) void project.openFile(file);
          }}
        />
        <label class="button" for="teach-open">
          {words.open}
        </label>
        <button
          type="button"
          class="button quiet"
          disabled={isClosed}
          onClick={() => {
            if (confirm(words.anewSure)) void project.startAnew(words.firstNames);
          }}
        >
          {words.anew}
        </button>
      </div>
      {has && <p class="hint">{words.savedHint}</p>}
    </>
  );
}

export function JudgePanel({ words }: { words: Words }) {
  const [source, setSource] = useState<Source>('camera');
  const { lesson, judged, phase } = project;
  const isClosed = !lesson.value || phase.value !== 'ready';
  return (
    <section class="card teach-judge" aria-labelledby="teach-judge-title">
      <h2 id="teach-judge-title">{words.steps.try}</h2>
      {lesson.value ? (
        <div class="teach-columns">
          <fieldset class="teach-source" disabled={isClosed}>
            <legend>{words.tryTitle}</legend>
            <Tabs
              id="teach-try"
              label={words.sources}
              value={source}
              options={sources.map((value) => ({ value, label: words.source[value] }))}
              onChange={setSource}
            />
            <div id="teach-try-panel" role="tabpanel" aria-labelledby={`teach-try-${source}`}>
              {source === 'camera' && (
                <Camera words={words} every={200} isWatching onFrame={project.judge} />
              )}
              {source === 'files' && (
                <FileButtons
                  words={words}
                  id="teach-try-file"
                  several={false}
                  onFiles={(files) =>
                    void readFiles(files, async (read) => {
                      if (read[0]) await project.judge(read[0].image);
                    })
                  }
                />
              )}
              {source === 'drawing' && <DrawingPad hint={words.tryTitle} onDrawn={project.judge} />}
            </div>
          </fieldset>
          {judged.value && (
            <div>
              <Verdict judged={judged.value} lesson={lesson.value} words={words} />
              <Why judged={judged.value} lesson={lesson.value} words={words} />
            </div>
          )}
        </div>
      ) : (
        <p class="hint">{words.nothingYet}</p>
      )}
      <Files words={words} />
    </section>
  );
}
