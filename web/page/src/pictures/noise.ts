import type { Planes } from '../../../api/types.ts';
import { side } from './pixels.ts';

export const noiseKinds = ['uniform', 'gaussian'] as const;
export type NoiseKind = (typeof noiseKinds)[number];

/** Evenly spread in [0, 1), the same for the same seed everywhere (mulberry32). */
function uniformNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Size {
  channels: number;
  height: number;
  width: number;
}

/** The noise of the method's paper: U[0,1], or N(0.5, 1) clipped to [0, 1]. */
export function noisePicture(
  kind: NoiseKind,
  seed: number,
  { channels, height, width }: Size = { channels: 3, height: side, width: side },
): Planes {
  const next = uniformNumbers(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const value = kind === 'uniform' ? next : () => Math.min(1, Math.max(0, 0.5 + normal()));
  const data = Float32Array.from({ length: channels * height * width }, value);
  return { width, height, data };
}
