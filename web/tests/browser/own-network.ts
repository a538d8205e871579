/** A small network as `odin convert` writes one of an ONNX model: a graph of operations and its weights. */

const side = 64;
const channels = 8;
const classes = ['0', '1', '2', '3'];

/** Numbers in [-0.5, 0.5), always the same. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

const tensors: Record<string, number[]> = {
  stem: [channels, 3, 3, 3],
  bias: [channels],
  depthwise: [channels, 1, 3, 3],
  last: [classes.length, channels],
};

const nodes = [
  { op: 'conv2d', inputs: ['input', 'stem', 'bias'], output: 'a', attributes: { stride: [2, 2] } },
  { op: 'hard_swish', inputs: ['a'], output: 'b' },
  { op: 'conv2d', inputs: ['b', 'depthwise'], output: 'c', attributes: { groups: channels } },
  { op: 'relu', inputs: ['c'], output: 'd' },
  { op: 'mean', inputs: ['d'], output: 'e', attributes: { dims: [2, 3] } },
  { op: 'linear', inputs: ['e', 'last'], output: 'f' },
];

export function graphModel(): Buffer {
  const metadata = {
    format: 'odin-model-1',
    architecture: 'graph',
    classes: JSON.stringify(classes),
    mean: '[0,0,0]',
    std: '[1,1,1]',
    input: JSON.stringify([3, side, side]),
    preprocess: JSON.stringify({ mode: 'crop', filter: 'triangle', shorter: 72 }),
    graph: JSON.stringify({ input: 'input', output: 'f', nodes }),
  };
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Buffer[] = [];
  let end = 0;
  Object.entries(tensors).forEach(([name, shape], i) => {
    const values = numbers(
      shape.reduce((a, b) => a * b),
      i + 1,
    );
    const begin = end;
    end += values.byteLength;
    parts.push(Buffer.from(values.buffer));
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  });
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}
