import type { Stage } from './stages.ts';
import { nodesOf } from './stages.ts';

/** A walk goes forward over `count` nodes, then back over them: positions 0 to 2 count - 1. */
export interface Place {
  index: number;
  backward: boolean;
}

export function placeAt(position: number, count: number): Place {
  return position < count
    ? { index: position, backward: false }
    : { index: 2 * count - 1 - position, backward: true };
}

export function positionOf({ index, backward }: Place, count: number): number {
  return backward ? 2 * count - 1 - index : index;
}

export type Stride = 'operation' | 'layer' | 'stage';

/** The positions where a walk in this stride halts: the last node of each group on the way there, the first on the way back. */
export function halts(stages: readonly Stage[], count: number, stride: Stride): number[] {
  if (stride === 'operation') return Array.from({ length: 2 * count }, (_, i) => i);
  const groups = stages.flatMap((stage) =>
    stride === 'stage' ? [nodesOf(stage)] : stage.layers.map((layer) => layer.nodes),
  );
  const forward = groups.map((nodes) => nodes.at(-1)?.id ?? 0);
  const back = groups.map((nodes) =>
    positionOf({ index: nodes[0]?.id ?? 0, backward: true }, count),
  );
  return [...forward, ...back.reverse()];
}

export function nextHalt(stops: readonly number[], position: number, direction: 1 | -1): number {
  const further = stops.filter((stop) => (stop - position) * direction > 0);
  return (direction > 0 ? further[0] : further.at(-1)) ?? position;
}
