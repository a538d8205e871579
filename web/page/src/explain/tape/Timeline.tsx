import type { TraceNode } from '../../../../api/types.ts';

interface Props {
  nodes: readonly TraceNode[];
  /** Of the walk: forward over all nodes, then back over them. */
  position: number;
  label: string;
  start: string;
  turn: string;
  end: string;
  onPick: (position: number) => void;
}

const height = 88;

/** Shares of the height, on a logarithmic scale. */
function sizes(values: number[]): number[] {
  const logs = values.map((value) => Math.log10(value || 1e-12));
  const low = Math.min(...logs) - 0.2;
  const high = Math.max(...logs);
  return logs.map((log) => (log - low) / (high - low || 1));
}

/** How large values are along the walk forward, and gradients along the walk back: one place for each of the slider's. */
export function Timeline({ nodes, position, label, start, turn, end, onPick }: Props) {
  const values = sizes(
    nodes.map(({ value }) => Math.max(Math.abs(value.min), Math.abs(value.max))),
  );
  const gradients = sizes(nodes.map((node) => node.gradient.meanAbs)).reverse();
  const bars = [...values, ...gradients];
  return (
    <figure class="ex-timeline">
      <svg
        viewBox={`0 0 ${bars.length} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {bars.map((size, i) => {
          const kind = i < nodes.length ? 'ex-forward' : 'ex-backward';
          const reached = i === position ? 'ex-now' : i < position ? 'ex-reached' : '';
          return (
            <g key={i} onClick={() => onPick(i)}>
              <rect x={i} y={0} width={1} height={height} fill="transparent" />
              <rect
                class={`${kind} ${reached}`}
                x={i + 0.1}
                y={height * (1 - size)}
                width={0.8}
                height={height * size}
              />
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{start}</span>
        <span>{turn}</span>
        <span>{end}</span>
      </figcaption>
      <figcaption class="ex-axis">{label}</figcaption>
    </figure>
  );
}
