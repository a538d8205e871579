import { fixed, num } from '../parts/format.ts';
import { softmaxAt } from './numbers.ts';
import { ScoreLine } from './ScoreLine.tsx';
import type { StepProps } from './props.ts';

export function ThresholdCard({ detection, info, temperature, epsilon, words }: StepProps) {
  const before = softmaxAt(detection.logits, temperature)[detection.label] ?? 0;
  const own = temperature === (info.temperature ?? 1000) && epsilon === (info.epsilon ?? 0.0014);
  const delta = own ? info.threshold : undefined;
  const score = fixed(detection.odin, 7);
  return (
    <article class="ex-card">
      <h3>{words.threshold.title}</h3>
      <p>{words.threshold.text}</p>
      <ScoreLine
        marks={[
          { value: before, label: words.threshold.before, kind: 'before' },
          { value: detection.odin, label: words.threshold.after, kind: 'after' },
          ...(delta === undefined
            ? []
            : [{ value: delta, label: words.threshold.threshold, kind: 'threshold' as const }]),
        ]}
        axis={words.threshold.axis(num(temperature, 4))}
      />
      <p class="ex-verdict">
        {delta === undefined
          ? words.threshold.none
          : detection.odin > delta
            ? words.threshold.in(score, fixed(delta, 7))
            : words.threshold.out(score, fixed(delta, 7))}
      </p>
      <p>{words.threshold.baseline(fixed(detection.msp, 6))}</p>
    </article>
  );
}
