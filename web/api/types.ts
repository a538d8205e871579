import type { Variant } from './variant.ts';

/** The public interface of odin in JavaScript. All work runs in a worker, where one can be had. */

/** What `load` of odin.js is. */
export type Load = (options?: LoadOptions) => Promise<Odin>;

export type { Variant } from './variant.ts';

export interface LoadOptions {
  /** As many as the machine has (8 at most) where threads can be had. */
  threads?: number;
  /** Asks for one build instead of the best that runs here; an error when it cannot run. */
  variant?: Variant;
  /** Where the .wasm files lie; beside odin.js by default. */
  baseUrl?: string | URL;
  /** Called when the engine's worker runs. Until then browsers need the page's thread to start it, so that what a page
   *  does first is better done after. */
  onWorker?: () => void;
}

export interface EngineInfo {
  version: string;
  variant: Variant;
  threads: number;
  simd: 'none' | 'simd128' | 'relaxed';
  /** Why this build and not a faster one, for people: "threads need cross-origin isolation". */
  reason: string;
  /** False where no worker could be made (of another origin's odin.js, say): calls then hold up the page. */
  worker: boolean;
}

export interface Odin {
  readonly info: EngineInfo;
  /** Loads a .safetensors model. Throws an Error with the native text when it is none. */
  model(source: ModelSource, options?: ModelOptions): Promise<Model>;
  /** Evaluates an expression of scalars on the engine's own tape and walks it back. */
  differentiate(program: ScalarProgram): Promise<ScalarTape>;
  /** Bytes of WebAssembly memory now; it never shrinks, so a steady value means that nothing leaks. */
  memory(): Promise<number>;
  /** Ends the worker and frees everything. */
  dispose(): void;
}

/**
 * A model file (in Node a string without a scheme is a path), or the name of an architecture, which gives a network with
 * random weights and ten classes for squares of `size` pixels a side (32): for timing.
 */
export type ModelSource =
  | string
  | URL
  | ArrayBuffer
  | Uint8Array
  | Blob
  | { architecture: string; seed?: number; size?: number };

export interface ModelOptions {
  /** Called while a URL or Blob is being read; total is 0 where the server does not say. */
  onProgress?: (loaded: number, total: number) => void;
  signal?: AbortSignal;
  /** Models of more bytes than this are refused (256 MiB). */
  maxBytes?: number;
}

export interface ModelInfo {
  architecture: string;
  classes: string[];
  /** Of pixels in [0, 1], one a channel. */
  mean: number[];
  std: number[];
  /** What the model was tuned to, where it was. */
  temperature?: number;
  epsilon?: number;
  threshold?: number;
  /** What `detect` uses where it is told nothing: what the model was tuned to, else T = 1000 and eps = 0.0014. */
  defaults: { temperature: number; epsilon: number; threshold?: number };
  parameters: number;
  /** [channels, height, width] of the network's input; height and width are null where it takes any size. */
  input: [channels: number, height: number | null, width: number | null];
  /** How pictures are made as large as that. */
  preprocess: Preprocess;
}

/**
 * 'squeeze': to the network's height and width at once. 'crop': the shorter side to `shorter` pixels, then the middle.
 * 'none', for networks of any size: as they are, but no side longer than `longest`.
 */
export interface Preprocess {
  mode: 'squeeze' | 'crop' | 'none';
  filter: 'triangle' | 'bicubic';
  shorter?: number;
  longest?: number;
}

/** What an ImageData has: four bytes a pixel, RGBA. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** Pixels in [0, 1], channel after channel: [channels,height,width]. */
export interface Planes {
  width: number;
  height: number;
  data: Float32Array;
}

/** An <img>, as far as it is needed here: these types hold without the DOM library. */
export interface ImageElement {
  readonly naturalWidth: number;
  readonly naturalHeight: number;
  readonly complete: boolean;
  decode(): Promise<void>;
}

/** A <video>: the frame that it shows. */
export interface VideoElement {
  readonly videoWidth: number;
  readonly videoHeight: number;
}

/** A <canvas> or an OffscreenCanvas. */
export interface CanvasElement {
  readonly width: number;
  readonly height: number;
  getContext(id: string): unknown;
}

/** An ImageBitmap, which stays the caller's. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/**
 * A picture. Files are decoded and turned by their EXIF orientation; they, elements and bitmaps are put on white where they
 * are transparent. Of ImageData the alpha is dropped. Planes are of any size, and the numbers of planes alone of just the
 * network's; planes of the network's own size and channels are taken as they are. All is made as large as the network's
 * input like `odin detect` does. Networks that see gray get gray.
 */
export type Picture =
  Blob | ImageElement | VideoElement | CanvasElement | Bitmap | Pixels | Planes | Float32Array;

/** 'crop': the middle, of the shape that the network sees. 'squash': all of it, squeezed into that shape. */
export type Fit = 'crop' | 'squash';

/** Where a step leads: with 'odin' the score of the predicted class grows, with 'fgsm' it falls. */
export type Direction = 'odin' | 'fgsm';

export interface PictureOptions {
  /** How a picture of another shape is made to fit; as the model file says by default (`ModelInfo.preprocess`). */
  fit?: Fit;
}

export interface PerturbOptions extends PictureOptions {
  /** Of pixels in [0, 1]; the model's default where there is none. */
  epsilon?: number;
  direction?: Direction;
  /** Cancels: work that has not begun is dropped, and the promise rejects with an AbortError. */
  signal?: AbortSignal;
}

export interface DetectOptions extends PictureOptions {
  /** The model's defaults where there are none. */
  temperature?: number;
  epsilon?: number;
  /** The model's own by default, if T, eps and direction are the model's own too; `verdict` is null without one. */
  threshold?: number;
  direction?: Direction;
  /**
   * Other scores besides, which `Detection.methods` then has: "energy", "knn:k=100", a list of such, or "all" that the model
   * has everything for. Some need a model that `odin fit` was run on.
   */
  method?: string | string[];
  /** The step before each of these methods; without it none but odin takes it. */
  step?: boolean;
  /**
   * A class by its name or number, in place of the predicted one: the gradient is that of -log S_target(x; T), the step raises
   * that class's score, and `odin` is it. There is no threshold for it but one that is given.
   */
  target?: string | number;
  /** Cancels: work that has not begun is dropped, and the promise rejects with an AbortError. */
  signal?: AbortSignal;
}

export interface Detection {
  label: number;
  className: string;
  /** Of the picture as it is, at T = 1. */
  probabilities: Float64Array;
  /** Of the moved picture, at T = 1. */
  perturbedProbabilities: Float64Array;
  logits: Float32Array;
  perturbedLogits: Float32Array;
  /** S_i(x; T), the softmax at T, of the picture as it is. */
  scores: Float64Array;
  /** Of the moved picture: the largest is `odin`. */
  perturbedScores: Float64Array;
  /** Maximum softmax probability at T = 1, no step: the baseline. */
  msp: number;
  /** Maximum softmax at T after the step. */
  odin: number;
  /** What `odin` was compared with: the one asked for, else the model's own if it belongs to these settings. */
  threshold: number | null;
  /** 'in' if odin > threshold. */
  verdict: 'in' | 'out' | null;
  /**
   * Of -log S_y(x; T) with respect to the normalized picture x, of `shape`, y being the label. The step is
   * x - epsilon * sign(gradient) / std, with sign(0) = +1: against the gradient, so that the score grows.
   */
  gradient: Float32Array;
  /** The moved picture as pixels in [0, 1] units, not clipped, of `shape`. */
  perturbed: Float32Array;
  /** The picture as the network saw it, pixels in [0, 1], of `shape`. */
  input: Float32Array;
  /** Of these three: that of `ModelInfo.input`, or for networks of any size the picture's. */
  shape: [channels: number, height: number, width: number];
  /** The scores of the methods asked for, by name and parameters as `odin detect --method` has them. */
  methods?: Record<string, number>;
  /** Of the computation in the engine, without other methods. */
  milliseconds: number;
}

export interface SweepOptions extends PictureOptions {
  temperatures: number[];
  epsilons: number[];
  direction?: Direction;
  signal?: AbortSignal;
}

export interface Sweep {
  temperatures: number[];
  epsilons: number[];
  /** odin score at temperatures[i], epsilons[j]: scores[i * epsilons.length + j]. */
  scores: Float64Array;
}

export interface TraceOptions extends PictureOptions {
  /** The model's default where there is none. */
  temperature?: number;
  signal?: AbortSignal;
}

export interface FeaturesOptions extends PictureOptions {
  signal?: AbortSignal;
}

export interface CalibrateOptions extends PictureOptions {
  /** So many of such pictures are to be accepted: 0.95. */
  tpr?: number;
  temperature?: number;
  epsilon?: number;
  signal?: AbortSignal;
  /** How many pictures are judged. */
  onProgress?: (done: number, total: number) => void;
}

/** A threshold, and what the pictures, a sample, leave open. */
export interface Calibration {
  threshold: number;
  /** The interval of 95% confidence. With fewer than about 3.7 / (1 - tpr) pictures, 74, it is too short. */
  low: number;
  high: number;
  standardError: number;
  /** The share of other pictures of the same kind that `threshold` accepts: an interval of 95% confidence. */
  tprLow: number;
  tprHigh: number;
  /** What it belongs to. */
  temperature: number;
  epsilon: number;
  scores: Float64Array;
}

export interface BenchOptions {
  batch?: number;
  repeats?: number;
}

/** One recorded operation (or leaf) of the network's tape, inputs before results. */
export interface TraceNode {
  id: number;
  /** "conv2d", "batch_norm", "relu", ... */
  op: string;
  /** The module it belongs to, as in the state dict: "block1.layer.0.conv1"; '' where none. */
  module: string;
  /** Ids of the nodes whose results it read. */
  inputs: number[];
  /** The parameters that it read, which are no nodes of their own, by their full names: "block1.layer.0.conv1.weight". */
  parameters: { name: string; shape: number[] }[];
  /** Without the batch dimension. */
  shape: number[];
  /** Least, greatest and mean value, and the largest and mean absolute gradient of -log S_y(x; T). */
  value: { min: number; max: number; mean: number };
  gradient: { maxAbs: number; meanAbs: number };
  /** Up to 8 channels spread evenly, each [height, width] as value and as gradient; a vector is one of height 1. */
  maps: {
    channel: number;
    height: number;
    width: number;
    value: Float32Array;
    gradient: Float32Array;
  }[];
}

export interface Trace {
  nodes: TraceNode[];
  label: number;
  logits: Float32Array;
  milliseconds: number;
}

export interface Model {
  readonly info: ModelInfo;
  detect(picture: Picture, options?: DetectOptions): Promise<Detection>;
  /** Several at once, which takes less time than one after another. */
  detect(pictures: readonly Picture[], options?: DetectOptions): Promise<Detection[]>;
  /** What the last layer reads: the penultimate features, for searching and clustering. */
  features(picture: Picture, options?: FeaturesOptions): Promise<Float32Array>;
  features(pictures: readonly Picture[], options?: FeaturesOptions): Promise<Float32Array[]>;
  /**
   * A threshold for this model from pictures that belong and that it was not trained on. `detect` uses it from then on, with
   * the same temperature and epsilon.
   */
  calibrate(pictures: readonly Picture[], options?: CalibrateOptions): Promise<Calibration>;
  /**
   * The step by itself: the picture that `detect` gives as `perturbed`, for any gradient with respect to the normalized
   * picture, of its shape. Pixels move by -epsilon where the gradient is positive or 0 and by +epsilon where it is negative;
   * with direction 'fgsm' the other way.
   */
  perturb(
    picture: Picture,
    gradient: Float32Array,
    options?: PerturbOptions,
  ): Promise<Float32Array>;
  /** The score over a grid, for curves; one gradient a temperature. */
  sweep(picture: Picture, options: SweepOptions): Promise<Sweep>;
  /** Forward to -log S_y(x; T) and back on the plain (unfused) path, operation by operation. */
  trace(picture: Picture, options?: TraceOptions): Promise<Trace>;
  /** Milliseconds of `repeats` runs after a warm-up, on noise: what web/page/bench.html shows. */
  bench(task: 'forward' | 'odin', options?: BenchOptions): Promise<{ milliseconds: number[] }>;
  /** Of the network for one picture; the first answer takes as long as a plain forward pass. */
  multiplyAdds(): Promise<number>;
  dispose(): void;
}

/** An expression in postfix order: every operand is the index of an earlier step. */
export interface ScalarProgram {
  steps: (
    | { op: 'variable'; name: string; value: number }
    | { op: 'constant'; value: number }
    | { op: 'neg' | 'exp' | 'log' | 'sqrt' | 'square' | 'relu' | 'tanh'; a: number }
    | { op: 'add' | 'sub' | 'mul' | 'div'; a: number; b: number }
  )[];
}

/**
 * Step for step what the program gave (float64), and d(last step)/d(step). `order` is the order in which the backward walk
 * visited them: constants are not on the tape, nor is what the last step does not depend on (gradient 0). `flows` are what the
 * gradient rule of step `from` adds to the gradient of step `to`, in the same order.
 */
export interface ScalarTape {
  values: number[];
  gradients: number[];
  order: number[];
  flows: { from: number; to: number; amount: number }[];
}
