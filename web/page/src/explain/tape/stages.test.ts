import { expect, test } from 'vitest';
import type { TraceNode } from '../../../../api/types.ts';
import { nodesOf, parameterText, stagesOf } from './stages.ts';

function node(op: string, module: string, parameters: TraceNode['parameters'] = []): TraceNode {
  const value = { min: 0, max: 0, mean: 0 };
  const gradient = { maxAbs: 0, meanAbs: 0 };
  return { id: 0, op, module, inputs: [], parameters, shape: [1], value, gradient, maps: [] };
}

const weight = { name: 'block1.layer.0.conv1.weight', shape: [48, 24, 1, 1] };
const tape = [
  node('image', ''),
  node('conv2d', 'conv1', [{ name: 'conv1.weight', shape: [24, 3, 3, 3] }]),
  node('conv2d', 'block1.layer.0.conv1', [weight]),
  node('concat', 'block1.layer.0'),
  node('batch_norm', 'bn1'),
  node('mean', ''),
  node('log_softmax', ''),
];

test('the tape is cut into stages and layers; parameters have no lines of their own', () => {
  const stages = stagesOf(tape);
  expect(stages.map((stage) => stage.key)).toEqual(['input', 'stem', 'block1', 'head', 'score']);
  expect(stages[2]?.layers.map((layer) => layer.name)).toEqual(['layer.0']);
  expect(stages.flatMap(nodesOf)).toEqual(tape);
});

test('parameters stand where they are read, by their full names', () => {
  expect(tape[2]?.parameters.map(parameterText)).toEqual(['block1.layer.0.conv1.weight 48×24×1×1']);
});
