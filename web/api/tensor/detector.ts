// The ODIN score of any network, and the threshold that goes with it.

import type { Layer } from './modules.ts';
import { argmax, crossEntropy, max, softmax, stepSign } from './operations.ts';
import { variable } from './make.ts';
import { engine, grad, noGrad, Tensor, tidy } from './tensor.ts';

export interface OdinOptions {
  temperature?: number;
  /** The step, in units of x; a tensor that broadcasts to x for steps that differ, as with a std of each channel. */
  epsilon?: number | Tensor;
}

/** What a network says of a batch, and how much ODIN believes it. */
export interface OdinScores {
  labels: number[];
  /** Maximum softmax at T = 1, without the step: the baseline. */
  msp: number[];
  /** Maximum softmax at T, after the step. A higher score means that it knows such things. */
  odin: number[];
}

/**
 * ODIN (Liang, Li, Srikant 2018) for a batch x: max softmax(f(x~) / T) with
 * x~ = x − epsilon · sign(gradient of −log max softmax(f(x) / T)). A module has to be in evaluation
 * mode; `model()` of odin-ood takes the step in pixels instead, which it divides by the std.
 */
export function odinScores(network: Layer, x: Tensor, options: OdinOptions = {}): OdinScores {
  const { temperature = 1000, epsilon = 0.0014 } = options;
  if (!(temperature > 0) || !(epsilon instanceof Tensor || epsilon >= 0))
    throw new Error(
      `odinScores: expected a temperature above 0 and an epsilon of 0 or more, got ${temperature} and ${String(epsilon)}`,
    );
  const run = (t: Tensor) => (typeof network === 'function' ? network(t) : network.forward(t));
  return tidy(() => {
    const input = variable(x.detach());
    try {
      const logits = run(input);
      const labels = argmax(logits);
      const loss = crossEntropy(logits.mul(1 / temperature), labels, { reduction: 'sum' });
      const moved = input.detach().sub(stepSign(grad(loss, input)).mul(epsilon));
      const after = noGrad(() => run(moved));
      const largest = (t: Tensor) => numbers(max(softmax(t), 1));
      return {
        labels: numbers(labels),
        msp: largest(logits),
        odin: largest(after.mul(1 / temperature)),
      };
    } finally {
      input.dispose();
    }
  });
}

export interface ThresholdEstimate {
  threshold: number;
  /** The interval of 95% confidence that the scores, a sample, leave. */
  low: number;
  high: number;
  standardError: number;
}

/** The threshold that so many of the scores of known things are above: 0.95 of them. */
export function estimateThreshold(scores: readonly number[], tpr = 0.95): ThresholdEstimate {
  const { numbers: found } = engine().run('estimateThreshold', [scores, tpr]);
  const [threshold, low, high, standardError] = found as [number, number, number, number];
  return { threshold, low, high, standardError };
}

function numbers(t: Tensor): number[] {
  return Array.from(t.data() as ArrayLike<number | bigint>, Number);
}
