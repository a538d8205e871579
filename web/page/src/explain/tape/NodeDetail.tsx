import type { TraceNode } from '../../../../api/types.ts';
import type { Theme } from '../parts/colours.ts';
import { num } from '../parts/format.ts';
import { Jump } from '../parts/Jump.tsx';
import { Formula } from '../parts/math.tsx';
import { tapeRules } from '../parts/rules.tsx';
import type { Strings } from '../words/en.ts';
import { MapCanvas, type Scale } from '../parts/MapCanvas.tsx';
import { opName } from './StageList.tsx';
import { parameterText } from './stages.ts';
import { VectorBars } from './VectorBars.tsx';

interface Props {
  node: TraceNode;
  nodes: readonly TraceNode[];
  backward: boolean;
  classes: readonly string[];
  theme: Theme;
  words: Strings['tape'];
  onPick: (id: number) => void;
}

/** One operation: its rules, its statistics, its maps. */
export function NodeDetail(props: Props) {
  const { node, words, backward } = props;
  const note = words.notes[node.op];
  return (
    <article class="ex-detail">
      <header>
        <h3>{opName(node, words)}</h3>
        {node.module && <code>{node.module}</code>}
      </header>
      <Rules node={node} backward={backward} words={words} />
      {note && <p class="ex-note">{note}</p>}
      {node.op === 'image' && (
        <p>
          <Jump to="ex-steps">{words.toStep}</Jump>
        </p>
      )}
      <Statistics {...props} />
      <Maps {...props} />
    </article>
  );
}

function Rules({ node, backward, words }: Pick<Props, 'node' | 'backward' | 'words'>) {
  const rule = tapeRules[node.op];
  if (!rule) return null;
  return (
    <dl class="ex-rules">
      <div class={backward ? '' : 'ex-active'}>
        <dt>{words.forwardRule}</dt>
        <dd tabIndex={0}>
          <Formula parts={rule.forward} block />
        </dd>
      </div>
      <div class={backward ? 'ex-active' : ''}>
        <dt>{words.backwardRule}</dt>
        {rule.backward.length === 0 && <dd>{words.endsHere}</dd>}
        {rule.backward.map((parts, i) => (
          <dd key={i} tabIndex={0}>
            <Formula parts={parts} block />
          </dd>
        ))}
        {rule.backward.length > 0 && <dd class="ex-small">{words.barNote}</dd>}
      </div>
    </dl>
  );
}

function Statistics({ node, nodes, words, onPick }: Props) {
  const [channels = 1, height, width] = node.shape;
  const strongest = strongestPixel(node);
  return (
    <dl class="ex-facts">
      {node.inputs.length > 0 && (
        <div>
          <dt>{words.inputs}</dt>
          <dd>
            {node.inputs.map((id) => {
              const input = nodes[id];
              return (
                input && (
                  <button type="button" class="ex-link" key={id} onClick={() => onPick(id)}>
                    {opName(input, words)} {input.shape.join('×')}
                  </button>
                )
              );
            })}
          </dd>
        </div>
      )}
      {node.parameters.length > 0 && (
        <div>
          <dt>{words.parameters}</dt>
          <dd>
            {node.parameters.map((parameter) => (
              <code key={parameter.name}>{parameterText(parameter)}</code>
            ))}
          </dd>
        </div>
      )}
      <div>
        <dt>{words.shape}</dt>
        <dd>
          {height && width ? words.channels(channels, height, width) : words.numbers(channels)}
        </dd>
      </div>
      <div>
        <dt>{words.range}</dt>
        <dd>
          {node.value.min === node.value.max
            ? num(node.value.mean, 6)
            : words.rangeOf(num(node.value.min), num(node.value.mean), num(node.value.max))}
        </dd>
      </div>
      <div>
        <dt>{words.gradientSize}</dt>
        <dd>
          {words.gradientOf(num(node.gradient.meanAbs), num(node.gradient.maxAbs))}
          {strongest && `; ${words.strongest(...strongest)}`}
        </dd>
      </div>
    </dl>
  );
}

/** Channel, column and row (from 1) of the largest gradient among the node's maps. */
function strongestPixel(node: TraceNode): [number, number, number] | null {
  let best: [number, number, number] | null = null;
  let size = 0;
  for (const map of node.maps) {
    if (map.height === 1) continue;
    map.gradient.forEach((g, i) => {
      if (Math.abs(g) <= size) return;
      size = Math.abs(g);
      best = [map.channel, (i % map.width) + 1, Math.floor(i / map.width) + 1];
    });
  }
  return best;
}

function Maps({ node, backward, classes, theme, words }: Props) {
  const vector = node.maps.length === 1 && node.maps[0]?.height === 1 ? node.maps[0] : null;
  if (vector)
    return (
      <>
        <VectorBars title={words.values} values={vector.value} names={classes} />
        <VectorBars title={words.gradients} values={vector.gradient} names={classes} gradient />
      </>
    );
  const channels = node.shape[0] ?? 1;
  return (
    <div class="ex-maps">
      <p class="ex-small">{words.some(node.maps.length, channels)}</p>
      <MapRow
        title={words.values}
        ends={[words.least, words.greatest]}
        of="value"
        scale={{ kind: 'value' }}
        label={words.valueMap}
        active={!backward}
        maps={node.maps}
        theme={theme}
      />
      <MapRow
        title={words.gradients}
        ends={[words.raises, words.lowers]}
        of="gradient"
        scale={{ kind: 'gradient', maxAbs: node.gradient.maxAbs }}
        label={words.gradientMap}
        active={backward}
        maps={node.maps}
        theme={theme}
      />
    </div>
  );
}

function MapRow(props: {
  title: string;
  /** What the two ends of the colours stand for. */
  ends: [string, string];
  of: 'value' | 'gradient';
  scale: Scale;
  label: (channel: number) => string;
  active: boolean;
  maps: TraceNode['maps'];
  theme: Theme;
}) {
  const { title, ends, of, scale, label, active, maps, theme } = props;
  return (
    <section class={active ? 'ex-active' : ''}>
      <h4>
        {title}
        <span class={`ex-key ex-key-${of}`}>
          <i>{ends[0]}</i> <i>{ends[1]}</i>
        </span>
      </h4>
      <div class="ex-map-row">
        {maps.map((map) => (
          <MapCanvas
            key={map.channel}
            data={map[of]}
            width={map.width}
            height={map.height}
            scale={scale}
            theme={theme}
            label={label(map.channel)}
          />
        ))}
      </div>
    </section>
  );
}
