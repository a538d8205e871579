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

// An ONNX file of a small classifier, written by hand: a convolution, a ReLU, the mean over the map and a linear layer.

/** A field of a protocol buffer: bytes, text and messages with their length before them, whole numbers as they are. */
function field(number: number, value: number | string | Buffer): Buffer {
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
  if (typeof value === 'number') return Buffer.from([...varint(number << 3), ...varint(value)]);
  const bytes = Buffer.from(value as string);
  return Buffer.concat([
    Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]),
    bytes,
  ]);
}

const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields);
const float32 = 1;

function weights(name: string, shape: number[], seed: number): Buffer {
  const values = numbers(
    shape.reduce((a, b) => a * b),
    seed,
  );
  const dims = shape.map((size) => field(1, size));
  return message(...dims, field(2, float32), field(8, name), field(9, Buffer.from(values.buffer)));
}

function value(name: string, shape: number[]): Buffer {
  const dims = shape.map((size) => field(1, message(field(1, size))));
  const tensor = message(field(1, float32), field(2, message(...dims)));
  return message(field(1, name), field(2, message(field(1, tensor))));
}

function node(op: string, inputs: string[], output: string, attributes: Buffer[] = []): Buffer {
  return message(
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, op),
    ...attributes.map((attribute) => field(5, attribute)),
  );
}

/** AttributeProto of a list of whole numbers, and of one. */
const ints = (name: string, list: number[]) =>
  message(field(1, name), ...list.map((n) => field(8, n)), field(20, 7));
const int = (name: string, n: number) => message(field(1, name), field(3, n), field(20, 2));

export function onnxModel(): Buffer {
  const graph = message(
    field(1, node('Conv', ['input', 'stem', 'bias'], 'a', [ints('strides', [2, 2])])),
    field(1, node('Relu', ['a'], 'b')),
    field(1, node('GlobalAveragePool', ['b'], 'c')),
    field(1, node('Flatten', ['c'], 'd')),
    field(1, node('Gemm', ['d', 'last', 'offset'], 'logits', [int('transB', 1)])),
    field(2, 'small'),
    field(5, weights('stem', [channels, 3, 3, 3], 1)),
    field(5, weights('bias', [channels], 2)),
    field(5, weights('last', [classes.length, channels], 3)),
    field(5, weights('offset', [classes.length], 4)),
    field(11, value('input', [1, 3, 48, 48])),
    field(12, value('logits', [1, classes.length])),
  );
  const opset = message(field(1, ''), field(2, 13));
  return message(field(1, 8), field(7, graph), field(8, opset));
}
