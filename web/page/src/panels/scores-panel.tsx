import { useEffect, useRef } from 'preact/hooks';
import { shown } from '../engine/detect.ts';
import { compared, threshold } from '../engine/judgement.ts';
import { areMethodsWanted, methodScores } from '../engine/methods.ts';
import { methodThreshold } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { scores } from '../engine/scores.ts';
import { HistogramOf } from './histogram.tsx';

const digits = (value: number) => {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 1 : size >= 1 ? 3 : 5);
};

interface Row {
  name: string;
  score: number;
  threshold: number | null;
}

function rows(): Row[] {
  const now = shown.value;
  if (!now) return [];
  const { odin, msp } = now.result;
  const others = Object.entries(methodScores.value ?? {}).filter(
    ([name]) => name !== 'odin' && name !== 'msp',
  );
  return [
    { name: 'odin', score: odin, threshold: threshold.value },
    { name: 'msp', score: msp, threshold: scores.value?.baseline.threshold ?? null },
    ...others.map(([name, score]) => ({ name, score, threshold: methodThreshold(name) })),
  ];
}

/** Computed only once it has come into view. */
function useWanted() {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) areMethodsWanted.value = true;
    });
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return place;
}

function Verdict({ row }: { row: Row }) {
  const t = strings.value.verdict;
  if (row.threshold === null) return <span class="hint">{strings.value.scores.noThreshold}</span>;
  const kind = row.score > row.threshold ? 'in' : 'out';
  return (
    <span class={`tone ${kind}`}>
      {kind === 'in' ? strings.value.scores.above : strings.value.scores.below}
      <span class="sr-only"> {t[kind]}</span>
    </span>
  );
}

function BaselineHistogram() {
  const t = strings.value;
  const [now, known, at] = [shown.value, scores.value, compared.value];
  if (!now || !known || !at) return null;
  return (
    <details class="fold">
      <summary>{t.scores.baselineHistogram}</summary>
      <HistogramOf
        histogram={known.baseline}
        sets={known.sets}
        inAt={at.inAt}
        outAt={at.outAt}
        score={now.result.msp}
        temperature={1}
        height={190}
      />
    </details>
  );
}

/** Every score that the network has, for this picture. */
export function ScoresPanel() {
  const t = strings.value.scores;
  const place = useWanted();
  return (
    <section class="card scores" aria-labelledby="scores-title" ref={place} data-testid="scores">
      <h2 id="scores-title">{t.title}</h2>
      <p class="about">{t.lead}</p>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="scores-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{t.method}</th>
              <th scope="col">{t.looksAt}</th>
              <th scope="col">{t.score}</th>
              <th scope="col">{t.threshold}</th>
              <th scope="col">{t.says}</th>
            </tr>
          </thead>
          <tbody>
            {rows().map((row) => (
              <tr key={row.name}>
                <th scope="row">{t.names[row.name] ?? row.name}</th>
                <td>{t.looks[row.name] ?? ''}</td>
                <td class="number">{digits(row.score)}</td>
                <td class="number">{row.threshold === null ? '–' : digits(row.threshold)}</td>
                <td>
                  <Verdict row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <BaselineHistogram />
    </section>
  );
}
