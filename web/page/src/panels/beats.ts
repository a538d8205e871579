import type { Curves } from '../engine/result.ts';

/** The settings at a moment of the three beats: 0 to 1 as it is, 1 to 2 the temperature rises, 2 to 3 the nudge grows. */
export interface Moment {
  temperature: number;
  epsilon: number;
}

export const beats = 3;
export const finalTemperature = 1000;

export function momentAt(progress: number, finalEpsilon: number): Moment {
  const part = (from: number) => Math.min(1, Math.max(0, progress - from));
  return {
    temperature: finalTemperature ** part(1),
    epsilon: finalEpsilon * part(2),
  };
}

/** The softmax at another temperature, of one at T = 1: logits matter only up to a constant. */
export function softened(probabilities: ArrayLike<number>, temperature: number): number[] {
  const smallest = 1e-12;
  const powers = Array.from(probabilities, (p) => Math.max(smallest, p) ** (1 / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Between the places where it is known. */
export function interpolated(xs: number[], ys: number[], x: number): number {
  const next = xs.findIndex((known) => known >= x);
  if (next <= 0) return ys[next < 0 ? ys.length - 1 : 0] ?? NaN;
  const [x0, x1, y0, y1] = [xs[next - 1]!, xs[next]!, ys[next - 1]!, ys[next]!];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

export const scoreAt = (curves: Curves, epsilon: number): number =>
  interpolated(curves.epsilons, curves.overEpsilon, epsilon);

const millisecondsABeat = 2600;

/**
 * Where the play is after so many milliseconds. A frame's own time may be a little before the call that asked for
 * it: then it has not moved.
 */
export function progressAfter(begun: number, milliseconds: number): number {
  return Math.min(beats, begun + Math.max(0, milliseconds) / millisecondsABeat);
}
