import { fixed } from '../parts/format.ts';

export interface Mark {
  value: number;
  label: string;
  kind: 'before' | 'after' | 'threshold';
}

/** Scores on a line, each with its name and number in a list below. */
export function ScoreLine({ marks, axis }: { marks: readonly Mark[]; axis: string }) {
  const values = marks.map((mark) => mark.value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1e-6;
  const x = (value: number) => 6 + (88 * (value - low)) / span;
  return (
    <figure class="ex-line">
      <svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2="100" y1="8" y2="8" />
        {marks.map((mark) => (
          <line
            key={mark.kind}
            class={`ex-${mark.kind}`}
            x1={x(mark.value)}
            x2={x(mark.value)}
            y1="1"
            y2="15"
          />
        ))}
      </svg>
      <figcaption>{axis}</figcaption>
      <dl class="ex-facts">
        {marks.map((mark) => (
          <div key={mark.kind} class={`ex-${mark.kind}`}>
            <dt>{mark.label}</dt>
            <dd>{fixed(mark.value, 7)}</dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
