import { CurveChart } from '../charts/curve-chart.tsx';
import { fewest, type Advice } from './advice.ts';
import type { CurvePoint, Lesson } from './learning/types.ts';
import * as project from './project.ts';
import type { Words } from './words/en.ts';

function adviceText(advice: Advice, words: Words): string {
  const t = words.advice;
  switch (advice.kind) {
    case 'one-class':
      return t.oneClass;
    case 'same-name':
      return t.sameName(advice.name);
    case 'few':
      return t.few(advice.name, advice.count, fewest);
    case 'more':
      return t.more(advice.name, advice.count);
    case 'uneven':
      return t.uneven(advice.name, advice.other);
  }
}

const ticks = [1, 6, 12, 18, 24];

function Curve({ curve, words }: { curve: CurvePoint[]; words: Words }) {
  if (curve.length < 2) return null;
  const percent = (share: number) => 100 * share;
  return (
    <figure class="teach-curve">
      <CurveChart
        x={curve.map((_, i) => i + 1)}
        score={curve.map(({ heldOut }) => percent(heldOut))}
        threshold={curve.map(({ learned }) => percent(learned))}
        at={curve.length}
        logarithmic={false}
        xName={words.rounds}
        ticks={ticks}
        digits={0}
        label={words.curve}
      />
      <figcaption class="hint">
        {words.curve} (%): <span class="teach-line">{words.curveOf.heldOut}</span>,{' '}
        <span class="teach-line dashed">{words.curveOf.learned}</span>
      </figcaption>
    </figure>
  );
}

function Result({ lesson, words }: { lesson: Lesson; words: Words }) {
  if (lesson.heldOut === 0) return <p class="hint">{words.unknownScores}</p>;
  return (
    <>
      <p data-testid="teach-result" data-accuracy={lesson.accuracy} data-seconds={lesson.seconds}>
        {words.result(lesson.accuracy, lesson.heldOut, lesson.learned)}{' '}
        {words.resultSeconds(lesson.seconds)} {lesson.heldOut < 30 && words.few}
      </p>
      {lesson.confusions.map(({ first, second, share }) => (
        <p class="problem" key={`${first} ${second}`}>
          {words.confused(first, second, share)}
        </p>
      ))}
    </>
  );
}

export function TeachPanel({ words }: { words: Words }) {
  const { phase, progress, lesson, advice, isStale } = project;
  const isTeaching = phase.value === 'teaching';
  const { stops, hints } = advice.value;
  const now = progress.value;
  const curve = now?.curve ?? lesson.value?.curve ?? [];
  return (
    <section class="card teach-teach" aria-labelledby="teach-teach-title">
      <h2 id="teach-teach-title">{words.steps.teach}</h2>
      <div class="row">
        {isTeaching ? (
          <button type="button" class="button" onClick={project.stop}>
            {words.stop}
          </button>
        ) : (
          <button
            type="button"
            class="button primary"
            disabled={phase.value !== 'ready' || stops.length > 0}
            onClick={() => void project.teach()}
          >
            {lesson.value ? words.teachAgain : words.teach}
          </button>
        )}
        {now && (
          <progress
            class="teach-progress"
            aria-label={words.steps.teach}
            max={now.total}
            value={now.done}
          />
        )}
      </div>
      <div role="status">
        {phase.value === 'starting' && <p class="hint">{words.starting}</p>}
        {isTeaching && project.isResumed.value && <p>{words.resumed}</p>}
        {now && (
          <p class="hint">
            {now.stage === 'looking'
              ? words.looking(now.done, now.total)
              : words.learning(now.done, now.total)}{' '}
            {project.threads.value === 1 && words.oneThread}
          </p>
        )}
        {!isTeaching && isStale.value && <p>{words.stale}</p>}
        {!isTeaching && lesson.value && <Result lesson={lesson.value} words={words} />}
      </div>
      {!isTeaching && (
        <ul class="teach-advice">
          {[...stops, ...hints].map((found) => (
            <li key={adviceText(found, words)}>{adviceText(found, words)}</li>
          ))}
        </ul>
      )}
      <Curve curve={[...curve]} words={words} />
    </section>
  );
}
