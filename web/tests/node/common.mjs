import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

export const model = fileURLToPath(new URL('weights/densenet-bc-40-12-cifar10.safetensors', root));
export const samples = fileURLToPath(new URL('native/samples/', root));

/** The native program, or null where it is not built. */
export function program() {
  const path = process.env.ODIN_PROGRAM ?? fileURLToPath(new URL('build/release/odin', root));
  return existsSync(path) ? path : null;
}

/** Numbers in [0, 1), always the same for a seed. */
export function random(seed) {
  let state = BigInt(seed) + 1n;
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 11n) / 2 ** 53;
  };
}

export function noise(seed) {
  const next = random(seed);
  return Float32Array.from({ length: 3 * 32 * 32 }, next);
}

/** A model file's bytes with other entries in its metadata. */
export function withMetadata(bytes, entries) {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  Object.assign(header.__metadata__, entries);
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([size, padded, bytes.subarray(8 + length)]);
}

/** A model file of a graph with one convolution, a mean and a linear layer, all of whose weights are `weight`. */
export function graphFile(weight) {
  const nodes = [
    { op: 'conv2d', inputs: ['input', 'w'], output: 'a' },
    { op: 'mean', inputs: ['a'], output: 'b', attributes: { dims: [2, 3] } },
    { op: 'linear', inputs: ['b', 'v', 'c'], output: 'd' },
  ];
  const metadata = {
    architecture: 'graph',
    classes: '["dark","bright"]',
    mean: '[0,0,0]',
    std: '[1,1,1]',
    input: '[3,40,40]',
    graph: JSON.stringify({ input: 'input', output: 'd', nodes }),
  };
  const values = [...Array(3).fill(weight), -1, 1, 0.75, -0.75]; // w, v, c
  const header = {
    __metadata__: metadata,
    w: { dtype: 'F32', shape: [1, 3, 1, 1], data_offsets: [0, 12] },
    v: { dtype: 'F32', shape: [2, 1], data_offsets: [12, 20] },
    c: { dtype: 'F32', shape: [2], data_offsets: [20, 28] },
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.from(Float32Array.from(values).buffer)]);
}
