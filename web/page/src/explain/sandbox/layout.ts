import { graphlib, layout } from '@dagrejs/dagre';
import type { Step } from '../expression/parse.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Edge {
  from: number;
  to: number;
  path: string;
}

export interface GraphLayout {
  width: number;
  height: number;
  boxes: Box[];
  edges: Edge[];
}

/** Positions of the operands, twice where a step reads the same one twice. */
export function operandsOf(step: Step): number[] {
  if ('b' in step) return [step.a, step.b];
  return 'a' in step ? [step.a] : [];
}

const size = { width: 104, height: 66 };
const constantSize = { width: 52, height: 38 };

/** Where the steps stand and how the edges run, from left to right or from top to bottom. */
export function layOut(steps: readonly Step[], direction: 'LR' | 'TB'): GraphLayout {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 18, ranksep: 40, marginx: 8, marginy: 8 });
  steps.forEach((step, i) =>
    graph.setNode(String(i), { ...(step.op === 'constant' ? constantSize : size) }),
  );
  steps.forEach((step, to) =>
    operandsOf(step).forEach((from, k) => graph.setEdge(String(from), String(to), {}, String(k))),
  );
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const boxes = steps.map((_, i) => {
    const { x, y, width: w, height: h } = graph.node(String(i));
    return { x: (x ?? 0) - w / 2, y: (y ?? 0) - h / 2, width: w, height: h };
  });
  const edges = graph.edges().map((edge) => {
    const points: { x: number; y: number }[] = graph.edge(edge).points ?? [];
    return { from: Number(edge.v), to: Number(edge.w), path: curve(points) };
  });
  return { width, height, boxes, edges };
}

/** Through the points, rounded at each. */
function curve(points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  const middle = rest.slice(0, -1).map((p, i) => {
    const after = rest[i + 1] ?? last;
    return `Q ${p.x} ${p.y} ${(p.x + after.x) / 2} ${(p.y + after.y) / 2}`;
  });
  return `M ${first.x} ${first.y} ${middle.join(' ')} L ${last.x} ${last.y}`;
}
