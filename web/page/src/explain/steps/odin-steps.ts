import type { Detection, Model, Planes } from '../../../../api/types.ts';

/** What ODIN did with one picture, and its step made visible. */
export interface OdinSteps {
  temperature: number;
  epsilon: number;
  detection: Detection;
  /** By how much the step moves each pixel where epsilon is 1: 1 or -1, of the detection's shape. */
  unitStep: Float32Array;
  /** The picture after a step `magnification` times as long. */
  magnified: Float32Array;
}

export const magnification = 40;

export async function takeSteps(
  model: Model,
  picture: Planes,
  temperature: number,
  epsilon: number,
  signal: AbortSignal,
): Promise<OdinSteps> {
  const detection = await model.detect(picture, { temperature, epsilon, signal });
  const { input, gradient } = detection;
  const [, height, width] = detection.shape;
  const black = { width, height, data: new Float32Array(input.length) };
  const seen = { width, height, data: input };
  return {
    temperature,
    epsilon,
    detection,
    unitStep: await model.perturb(black, gradient, { epsilon: 1, signal }),
    magnified: await model.perturb(seen, gradient, { epsilon: magnification * epsilon, signal }),
  };
}
