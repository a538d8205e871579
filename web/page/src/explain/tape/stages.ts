import type { TraceNode } from '../../../../api/types.ts';

/** Consecutive operations of one layer, "layer.3", or of the stage itself, ''. */
export interface Layer {
  key: string;
  name: string;
  nodes: TraceNode[];
}

/** A part of the network as its picture in a paper would have it: stem, blocks, transitions, head. */
export interface Stage {
  key: string;
  layers: Layer[];
}

/** The tape cut into stages and layers by its modules' names, in order. */
export function stagesOf(nodes: readonly TraceNode[]): Stage[] {
  const stages: Stage[] = [];
  for (const node of nodes) {
    let stage = stages.at(-1);
    const key = stageOf(node, stage?.key);
    if (stage?.key !== key) stages.push((stage = { key, layers: [] }));
    const name = /^\w+\.(layer\.\d+)/.exec(node.module)?.[1] ?? '';
    let layer = stage.layers.at(-1);
    if (layer?.name !== name)
      stage.layers.push((layer = { key: `${key}/${name}`, name, nodes: [] }));
    layer.nodes.push(node);
  }
  return stages;
}

function stageOf(node: TraceNode, current: string | undefined): string {
  if (node.op === 'image') return 'input';
  const first = node.module.split('.')[0] ?? '';
  if (first === 'bn1' || first === 'fc') return 'head';
  if (first !== '') return first === 'conv1' ? 'stem' : first;
  // Operations of the network itself stand around its last layers; what follows the logits is the score.
  if (current !== 'head' && current !== 'score') return current ?? 'score';
  return node.op === 'relu' || node.op === 'mean' ? 'head' : 'score';
}

/** A parameter where it is read: it has no line of its own on the tape. */
export function parameterText({ name, shape }: TraceNode['parameters'][number]): string {
  return `${name} ${shape.join('×')}`;
}

export function nodesOf(stage: Stage): TraceNode[] {
  return stage.layers.flatMap((layer) => layer.nodes);
}
