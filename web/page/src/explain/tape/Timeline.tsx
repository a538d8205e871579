import type { TraceNode } from '../../../../api/types.ts';
import type { Place } from './walk.ts';

interface Props {
  nodes: readonly TraceNode[];
  place: Place;
  label: string;
  start: string;
  end: string;
  onPick: (id: number) => void;
}

const height = 88;

/** How large the gradient is along the tape. */
export function Timeline({ nodes, place, label, start, end, onPick }: Props) {
  const logs = nodes.map((node) => Math.log10(node.gradient.meanAbs || 1e-12));
  const low = Math.min(...logs) - 0.2;
  const high = Math.max(...logs);
  return (
    <figure class="ex-timeline">
      <svg
        viewBox={`0 0 ${nodes.length} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {nodes.map((node, i) => {
          const size = (((logs[i] ?? low) - low) / (high - low)) * height;
          const reached = place.backward ? i >= place.index : false;
          return (
            <g key={node.id} onClick={() => onPick(node.id)}>
              <rect x={i} y={0} width={1} height={height} fill="transparent" />
              <rect
                class={i === place.index ? 'ex-now' : reached ? 'ex-reached' : ''}
                x={i + 0.1}
                y={height - size}
                width={0.8}
                height={size}
              />
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{start}</span>
        <span>{label}</span>
        <span>{end}</span>
      </figcaption>
    </figure>
  );
}
