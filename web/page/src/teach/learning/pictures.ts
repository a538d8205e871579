// Pictures as they are kept, 32x32 with three bytes a pixel, and slight changes of them to learn from.

export const side = 32;
export const plane = side * side;
/** Copies of each picture with slight changes, besides itself. */
export const copies = 3;

/** Numbers in [0, 1), always the same for a seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Shifted by up to three pixels, the edge repeated, and a little lighter or darker. */
export function changed(rgb: Uint8Array, random: () => number): Uint8Array {
  const [dx, dy] = [Math.floor(random() * 7) - 3, Math.floor(random() * 7) - 3];
  const light = 0.88 + 0.24 * random();
  const clamp = (v: number) => Math.min(side - 1, Math.max(0, v));
  const made = new Uint8Array(rgb.length);
  for (let y = 0; y < side; ++y)
    for (let x = 0; x < side; ++x) {
      const from = 3 * (clamp(y + dy) * side + clamp(x + dx));
      const to = 3 * (y * side + x);
      for (let c = 0; c < 3; ++c) made[to + c] = Math.min(255, (rgb[from + c] ?? 0) * light);
    }
  return made;
}

/** Normalized planes [N,3,32,32] of such pictures. */
export function planesOf(
  pictures: readonly Uint8Array[],
  mean: readonly number[],
  std: readonly number[],
): Float32Array {
  const planes = new Float32Array(pictures.length * 3 * plane);
  pictures.forEach((rgb, n) => {
    for (let c = 0; c < 3; ++c)
      for (let i = 0; i < plane; ++i)
        planes[(3 * n + c) * plane + i] = ((rgb[3 * i + c] ?? 0) / 255 - mean[c]!) / std[c]!;
  });
  return planes;
}
