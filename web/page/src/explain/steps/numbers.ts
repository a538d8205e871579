/** The score of class y to first order in 1/T: (1 + (f_y - mean f) / T) / N. */
export function firstOrderScore(logits: ArrayLike<number>, y: number, temperature: number) {
  const all = Array.from(logits);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const lead = (all[y] ?? 0) - mean;
  return { lead, score: (1 + lead / temperature) / all.length };
}

/** How much log S grows over the step if it is straight: epsilon times the sum of |gradient| / std. */
export function firstOrderGain(
  gradient: Float32Array,
  std: readonly number[],
  epsilon: number,
): number {
  const plane = gradient.length / std.length;
  let sum = 0;
  gradient.forEach((g, i) => (sum += Math.abs(g) / (std[Math.floor(i / plane)] ?? 1)));
  return epsilon * sum;
}

export interface Pixel {
  channel: number;
  x: number;
  y: number;
  gradient: number;
}

export function mostSensitivePixel(gradient: Float32Array, width: number, height: number): Pixel {
  const plane = width * height;
  let at = 0;
  gradient.forEach((g, i) => {
    if (Math.abs(g) > Math.abs(gradient[at] ?? 0)) at = i;
  });
  const inPlane = at % plane;
  return {
    channel: Math.floor(at / plane),
    x: inPlane % width,
    y: Math.floor(inPlane / width),
    gradient: gradient[at] ?? 0,
  };
}

/** The sum over channels of [C, plane]. */
export function overChannels(values: Float32Array, channels: number): Float32Array {
  const plane = values.length / channels;
  return Float32Array.from({ length: plane }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += values[c * plane + i] ?? 0;
    return sum;
  });
}
