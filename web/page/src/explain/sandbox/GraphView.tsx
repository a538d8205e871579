import { useMemo } from 'preact/hooks';
import type { ScalarTape } from '../../../../api/types.ts';
import { num } from '../parts/format.ts';
import { symbolOf } from '../expression/symbols.ts';
import { layOut } from './layout.ts';
import type { Step } from '../expression/parse.ts';
import { useNarrow } from './useNarrow.ts';

interface Props {
  steps: readonly Step[];
  tape: ScalarTape;
  /** Steps whose value, and whose gradient, has been reached. */
  forward: ReadonlySet<number>;
  backward: ReadonlySet<number>;
  current: number | null;
  label: string;
}

/** The graph, with values and gradients as far as the walk has come. */
export function GraphView({ steps, tape, forward, backward, current, label }: Props) {
  const narrow = useNarrow();
  const shape = JSON.stringify(
    steps.map((step) => [step.op, 'a' in step && step.a, 'b' in step && step.b]),
  );
  const graph = useMemo(() => layOut(steps, narrow ? 'TB' : 'LR'), [shape, narrow]);
  const { width, height, boxes, edges } = graph;
  return (
    <div class="ex-graph" tabIndex={0} role="group" aria-label={label}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={label}
      >
        <defs>
          <marker
            id="ex-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            orient="auto"
            markerUnits="userSpaceOnUse"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {edges.map(({ from, to, path }, i) => (
          <path
            key={i}
            class={`ex-edge ${to === current ? 'ex-now' : ''} ${backward.has(to) && backward.has(from) ? 'ex-reached' : ''}`}
            d={path}
            marker-end="url(#ex-arrow)"
          />
        ))}
        {boxes.map((box, i) => {
          const step = steps[i];
          if (!step) return null;
          const constant = step.op === 'constant';
          const classes = [
            'ex-node',
            `ex-node-${constant ? 'constant' : step.op === 'variable' ? 'variable' : 'op'}`,
          ];
          if (i === current) classes.push('ex-now');
          if (backward.has(i)) classes.push('ex-reached');
          const middle = box.width / 2;
          return (
            <g key={i} class={classes.join(' ')} transform={`translate(${box.x} ${box.y})`}>
              <rect width={box.width} height={box.height} rx={constant ? 19 : 12} />
              <text class="ex-symbol" x={middle} y={constant ? 24 : 21}>
                {symbolOf(step)}
              </text>
              {!constant && forward.has(i) && (
                <text class="ex-value" x={middle} y={39}>
                  {num(tape.values[i] ?? NaN)}
                </text>
              )}
              {backward.has(i) && (
                <text class="ex-gradient" x={middle} y={56}>
                  ∂ {num(tape.gradients[i] ?? NaN)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
