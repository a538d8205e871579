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
