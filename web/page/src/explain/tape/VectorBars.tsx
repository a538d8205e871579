import { num } from '../parts/format.ts';

interface Props {
  title: string;
  values: Float32Array;
  /** Used where there are as many as values: those of the classes. */
  names: readonly string[];
  gradient?: boolean;
}

const most = 24;

/** A vector as bars about 0: by class where it has one value a class, else side by side. */
export function VectorBars({ title, values, names, gradient = false }: Props) {
  const size = Math.max(...values.map(Math.abs), Number.MIN_VALUE);
  const named = values.length === names.length && values.length <= most;
  const kind = gradient ? 'ex-bars-gradient' : 'ex-bars-value';
  if (!named && values.length > 1)
    return <Spikes title={title} values={values} size={size} kind={kind} />;
  return (
    <table class={`ex-bars ${kind}`}>
      <caption>{title}</caption>
      <tbody>
        {[...values].map((x, i) => (
          <tr key={i}>
            {named && <th scope="row">{names[i]}</th>}
            <td class="ex-bar-cell">
              <span
                class={x < 0 ? 'ex-bar ex-negative' : 'ex-bar'}
                style={{ width: `${(50 * Math.abs(x)) / size}%` }}
              />
            </td>
            <td class="ex-number">{num(x)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Spikes(props: { title: string; values: Float32Array; size: number; kind: string }) {
  const { title, values, size, kind } = props;
  return (
    <figure class={`ex-spikes ${kind}`}>
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 -1 ${values.length} 2`}
        preserveAspectRatio="none"
        role="img"
        aria-label={title}
      >
        {[...values].map((x, i) => {
          const h = Math.abs(x) / size;
          return (
            <rect
              key={i}
              class={x < 0 ? 'ex-negative' : ''}
              x={i + 0.1}
              width={0.8}
              y={x < 0 ? 0 : -h}
              height={h}
            />
          );
        })}
      </svg>
    </figure>
  );
}
