export type Theme = 'light' | 'dark';

type Rgb = readonly [number, number, number];

interface Ramp {
  low: Rgb;
  zero: Rgb;
  high: Rgb;
}

/** Values are positive images, from dark to bright in either theme; gradients from blue (negative) over nothing to orange (positive). */
const ramps: Record<Theme, { value: readonly [Rgb, Rgb]; gradient: Ramp }> = {
  light: {
    value: [
      [28, 27, 24],
      [250, 249, 245],
    ],
    gradient: { low: [42, 75, 212], zero: [250, 249, 245], high: [196, 74, 6] },
  },
  dark: {
    value: [
      [20, 21, 26],
      [238, 236, 230],
    ],
    gradient: { low: [125, 152, 255], zero: [24, 26, 32], high: [255, 166, 104] },
  },
};

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => (a[i] ?? 0) + ((b[i] ?? 0) - (a[i] ?? 0)) * share) as unknown as Rgb;
}

export function valueColour(theme: Theme, x: number, min: number, max: number): Rgb {
  const [dark, bright] = ramps[theme].value;
  return mix(dark, bright, max > min ? (x - min) / (max - min) : 0);
}

/** Least and greatest; of more values than a call takes arguments. */
export function rangeOf(values: Float32Array): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) [min, max] = [Math.min(min, value), Math.max(max, value)];
  return [min, max];
}

export function largestSize(values: Float32Array): number {
  const [min, max] = rangeOf(values);
  return Math.max(-min, max);
}

/** The square root lets small gradients be seen beside the largest. */
export function gradientColour(theme: Theme, x: number, maxAbs: number): Rgb {
  const { low, zero, high } = ramps[theme].gradient;
  const size = maxAbs > 0 ? Math.sqrt(Math.min(1, Math.abs(x) / maxAbs)) : 0;
  return mix(zero, x < 0 ? low : high, size);
}
