/** What the panels show of one picture: by the engine, or kept from the build for a sample. */
export interface Result {
  label: number;
  className: string;
  probabilities: ArrayLike<number>;
  perturbedProbabilities: ArrayLike<number>;
  msp: number;
  odin: number;
  /** [3,32,32] each, as in the engine's Detection. */
  gradient: Float32Array;
  perturbed: Float32Array;
  input: Float32Array;
  milliseconds: number;
}

/** The score of one picture over T at the chosen eps, and over eps at the chosen T. */
export interface Curves {
  temperatures: number[];
  overTemperature: number[];
  epsilons: number[];
  overEpsilon: number[];
}

/** The paper's grid, which the sliders follow. */
export const temperatures = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
export const epsilons = Array.from({ length: 21 }, (_, i) => Number((i * 0.0002).toFixed(4)));
