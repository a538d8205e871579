import { decode as bytesOf } from '../state/base64url.ts';
import { planesOfRgb, side } from '../pictures/pixels.ts';
import type { Curves, Result } from './result.ts';

/** What scripts/make-examples.mjs keeps of one sample, computed by the engine with the default settings. */
export interface Example {
  model: string;
  temperature: number;
  epsilon: number;
  label: number;
  className: string;
  classes: string[];
  threshold: number;
  probabilities: number[];
  perturbedProbabilities: number[];
  msp: number;
  odin: number;
  milliseconds: number;
  /** 32x32, three bytes a pixel, base64url. */
  input: string;
  /** As in the engine's Detection, [3,32,32] as signed bytes, 127 for the largest. */
  gradient: string;
  largestGradient: number;
  /** One bit an element of [3,32,32], set where the step goes down. */
  down: string;
  curves: Curves;
}

export function resultOf(example: Example): Result {
  const input = planesOfRgb(bytesOf(example.input) ?? new Uint8Array()).data;
  const levels = new Int8Array((bytesOf(example.gradient) ?? new Uint8Array(input.length)).buffer);
  const down = bytesOf(example.down) ?? new Uint8Array(input.length / 8);
  const isDown = (i: number) => (((down[i >> 3] ?? 0) >> (i & 7)) & 1) === 1;
  return {
    ...example,
    input,
    shape: [3, side, side],
    gradient: Float32Array.from(levels, (level) => (level / 127) * example.largestGradient),
    perturbed: input.map((value, i) => value + (isDown(i) ? -example.epsilon : example.epsilon)),
  };
}

/** null where there is none: the page then waits for the engine. */
export async function fetchExample(name: string): Promise<Example | null> {
  try {
    const response = await fetch(`./examples/${name}.json`);
    return response.ok ? ((await response.json()) as Example) : null;
  } catch {
    return null;
  }
}
