import grid from './grid.json';

/** What the panels show of one picture: by the engine, or kept from the build for a sample. */
export interface Result {
  label: number;
  className: string;
  probabilities: ArrayLike<number>;
  perturbedProbabilities: ArrayLike<number>;
  msp: number;
  odin: number;
  /** The model's own, where these are its settings. */
  threshold: number | null;
  /** Of `shape` each, as in the engine's Detection. */
  gradient: Float32Array;
  perturbed: Float32Array;
  input: Float32Array;
  shape: [channels: number, height: number, width: number];
  milliseconds: number;
}

/** The score of one picture over T at the chosen eps, and over eps at the chosen T. */
export interface Curves {
  temperatures: number[];
  overTemperature: number[];
  epsilons: number[];
  overEpsilon: number[];
}

/** The paper's grid, which the sliders follow, and the kept results of scripts/make-examples.mjs. */
export const { temperatures, epsilons } = grid;
