import { useState } from 'preact/hooks';
import type { TraceNode } from '../../../../api/types.ts';
import type { Strings } from '../words/en.ts';
import { largestSize, type Theme } from '../parts/colours.ts';
import { MapCanvas } from '../parts/MapCanvas.tsx';
import { nodesOf, type Layer, type Stage } from './stages.ts';

interface Props {
  stages: readonly Stage[];
  current: number;
  theme: Theme;
  words: Strings['tape'];
  onPick: (id: number) => void;
}

export function stageName(key: string, words: Strings['tape']): string {
  const [, kind = key, number = ''] = /^(block|trans)(\d+)$/.exec(key) ?? [];
  if (kind === 'block') return words.stages.block(number);
  if (kind === 'trans') return words.stages.trans(number);
  const names: Record<string, string | undefined> = {
    input: words.stages.input,
    stem: words.stages.stem,
    head: words.stages.head,
    score: words.stages.score,
  };
  return names[key] ?? key;
}

export function opName(node: TraceNode, words: Strings['tape']): string {
  return words.ops[node.op] ?? node.op;
}

export function StageList(props: Props) {
  return (
    <ol class="ex-stages" aria-label={props.words.parts}>
      {props.stages.map((stage) => (
        <StageItem key={stage.key} stage={stage} {...props} />
      ))}
    </ol>
  );
}

function StageItem({ stage, ...props }: Props & { stage: Stage }) {
  const [open, setOpen] = useState(false);
  const nodes = nodesOf(stage);
  const last = nodes.at(-1);
  const name = stageName(stage.key, props.words);
  const here = nodes.some((node) => node.id === props.current);
  const layered = stage.layers.some((layer) => layer.name !== '');
  return (
    <li class={`ex-stage ${here ? 'ex-here' : ''}`}>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="ex-stage-name">{name}</span>
          <span class="ex-stage-size">{props.words.operations(nodes.length)}</span>
          {last && <Thumbs node={last} count={3} {...props} />}
        </summary>
        {open &&
          (layered ? (
            <ol class="ex-layers">
              {stage.layers.map((layer) => (
                <LayerItem key={layer.key} layer={layer} {...props} />
              ))}
            </ol>
          ) : (
            <OperationList nodes={nodes} {...props} />
          ))}
      </details>
    </li>
  );
}

function LayerItem({ layer, ...props }: Props & { layer: Layer }) {
  const [open, setOpen] = useState(false);
  const last = layer.nodes.at(-1);
  const here = layer.nodes.some((node) => node.id === props.current);
  const number = String(Number(/\d+/.exec(layer.name)?.[0] ?? 0) + 1);
  return (
    <li class={here ? 'ex-here' : ''}>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="ex-stage-name">{props.words.layer(number)}</span>
          {last && <Thumbs node={last} count={2} {...props} />}
        </summary>
        {open && <OperationList nodes={layer.nodes} {...props} />}
      </details>
    </li>
  );
}

function OperationList({ nodes, ...props }: Props & { nodes: readonly TraceNode[] }) {
  return (
    <ol class="ex-operations">
      {nodes.map((node) => (
        <li key={node.id}>
          <button
            type="button"
            aria-current={node.id === props.current ? 'step' : undefined}
            onClick={() => props.onPick(node.id)}
          >
            <span class="ex-op-name">{opName(node, props.words)}</span>
            <span class="ex-op-shape">{node.shape.join('×') || '1'}</span>
            <Thumbs node={node} count={1} {...props} />
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Values, then gradients, of the node's first maps. */
function Thumbs({ node, count, theme, words }: Props & { node: TraceNode; count: number }) {
  const maps = node.maps.filter((map) => map.height > 1).slice(0, count);
  return (
    <span class="ex-thumbs">
      {maps.map((map) => (
        <MapCanvas
          key={`v${map.channel}`}
          data={map.value}
          width={map.width}
          height={map.height}
          scale={{ kind: 'value' }}
          theme={theme}
          label={words.valueMap(map.channel)}
        />
      ))}
      {maps.map((map) => (
        <MapCanvas
          key={`g${map.channel}`}
          data={map.gradient}
          width={map.width}
          height={map.height}
          scale={{ kind: 'gradient', maxAbs: largestSize(map.gradient) }}
          theme={theme}
          label={words.gradientMap(map.channel)}
        />
      ))}
    </span>
  );
}
