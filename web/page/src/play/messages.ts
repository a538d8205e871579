import type { Activation, Point } from './setting.ts';

/** Squares of the plane on each side, whose middles are computed. */
export const cells = 56;

export interface NetworkSetting {
  depth: number;
  width: number;
  activation: Activation;
  rate: number;
  seed: number;
}

export type ToWorker =
  | { engine: string }
  | { network: NetworkSetting; points: Point[] }
  | { temperature: number; epsilon: number }
  | { isRunning: boolean }
  | { step: true }
  /** The last picture has been drawn: the training waits for it, and so stops in a hidden tab. */
  | { drawn: true };

/** Row by row from the upper left, a number for each square. */
export interface Picture {
  steps: number;
  loss: number;
  /** The share of points that are classified right. */
  accuracy: number;
  /** The probability of the second class. */
  second: Float32Array;
  /** The largest softmax, without temperature and step. */
  confidence: Float32Array;
  odin: Float32Array;
  /** What 95% of the points' scores are above. */
  confidenceLimit: number;
  odinLimit: number;
}

export type FromWorker = { ready: true } | { picture: Picture } | { error: string };
