import { fixed, num } from '../parts/format.ts';
import { ScoreLine } from './ScoreLine.tsx';
import type { StepProps } from './props.ts';

export function ThresholdCard({ detection, temperature, words }: StepProps) {
  const before = detection.scores[detection.label] ?? 0;
  const delta = detection.threshold;
  const score = fixed(detection.odin, 7);
  return (
    <article class="ex-card">
      <h3>{words.threshold.title}</h3>
      <p>{words.threshold.text}</p>
      <ScoreLine
        marks={[
          { value: before, label: words.threshold.before, kind: 'before' },
          { value: detection.odin, label: words.threshold.after, kind: 'after' },
          ...(delta === null
            ? []
            : [{ value: delta, label: words.threshold.threshold, kind: 'threshold' as const }]),
        ]}
        axis={words.threshold.axis(num(temperature, 4))}
      />
      <p class="ex-verdict">
        {delta === null
          ? words.threshold.none
          : detection.verdict === 'in'
            ? words.threshold.in(score, fixed(delta, 7))
            : words.threshold.out(score, fixed(delta, 7))}
      </p>
      <p>{words.threshold.baseline(fixed(detection.msp, 6))}</p>
    </article>
  );
}
