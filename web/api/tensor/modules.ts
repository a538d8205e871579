// Networks and their parts.

import type { ModelInfo } from '../types.ts';
import { tensor, variable } from './make.ts';
import { decode, engine, handlesOf, keep, Tensor } from './tensor.ts';

/** Values by name, as in checkpoints: "0.weight". */
export type StateDict = Record<string, Tensor>;

/** Anything that a Sequential can run. */
export type Layer = Module | ((x: Tensor) => Tensor);

/**
 * A network or a part of one. Its members are found by themselves: tensors that require a gradient
 * are parameters, other tensors buffers, modules (and lists of them) its parts. As in PyTorch a new
 * module is in training mode.
 */
export abstract class Module {
  training = true;

  abstract forward(x: Tensor): Tensor;

  /** By their names, joined by dots: "conv1.weight". */
  namedParameters(): [name: string, parameter: Tensor][] {
    const all = this.members().filter(([, t]) => t.requiresGrad);
    for (const [name, parameter] of all) parameter.name = name;
    return all;
  }

  parameters(): Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  parameterCount(): number {
    return this.parameters().reduce((sum, p) => sum + p.size, 0);
  }

  /** Parameters and buffers; not copies. */
  stateDict(): StateDict {
    return Object.fromEntries(this.members());
  }

  /** Copies the values into the module. An Error, and nothing changed, unless names and shapes fit. */
  loadStateDict(state: StateDict): void {
    const own = this.stateDict();
    const handles = (s: StateDict) => handlesOf('loadStateDict', Object.values(s));
    const names = JSON.stringify([Object.keys(own), Object.keys(state)]);
    engine().run('loadState', [handles(own), handles(state)], names);
  }

  train(training = true): this {
    this.training = training;
    for (const [, part] of this.parts()) part.train(training);
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  zeroGrad(): void {
    for (const p of this.parameters()) p.zeroGrad();
  }

  dispose(): void {
    for (const [, t] of this.members()) t.dispose();
  }

  /** All tensors, those of this module before those of its parts. */
  protected members(): [string, Tensor][] {
    const own = Object.entries(this).filter((e): e is [string, Tensor] => e[1] instanceof Tensor);
    const below = this.parts().flatMap(([name, part]) =>
      part.members().map(([rest, t]): [string, Tensor] => [`${name}.${rest}`, t]),
    );
    return [...own, ...below];
  }

  private parts(): [string, Module][] {
    return Object.entries(this).flatMap(([name, value]): [string, Module][] => {
      if (value instanceof Module) return [[name, value]];
      if (!Array.isArray(value)) return [];
      return value.flatMap((v, i): [string, Module][] =>
        v instanceof Module ? [[`${name}.${i}`, v]] : [],
      );
    });
  }
}

/** Layers one after another, named "0", "1", ... */
export class Sequential extends Module {
  private readonly layers: readonly Layer[];

  constructor(...layers: Layer[]) {
    super();
    for (const layer of layers)
      if (!(layer instanceof Module) && typeof layer !== 'function')
        throw new Error(`Sequential: expected modules and functions, got ${String(layer)}`);
    this.layers = layers;
    // As own members they have PyTorch's names.
    for (const [i, layer] of layers.entries())
      if (layer instanceof Module) Object.assign(this, { [i]: layer });
    Object.defineProperty(this, 'layers', { enumerable: false });
  }

  forward(x: Tensor): Tensor {
    for (const layer of this.layers) x = layer instanceof Module ? layer.forward(x) : layer(x);
    return x;
  }
}

/** A size of pictures. */
export interface InputSize {
  channels?: number;
  height?: number;
  width?: number;
}

export interface NetworkOptions extends InputSize {
  classes?: number;
  /** Of the first weights: the same as `odin train --seed` begins with. */
  seed?: number;
}

/** What a model file says beside the weights, for `odin detect` and `model()`. */
export type ModelMetadata = Pick<
  ModelInfo,
  'classes' | 'mean' | 'std' | 'temperature' | 'epsilon' | 'threshold'
>;

/** What a network makes of pictures: logits [N,K] and penultimate features [N,D]. */
export interface Features {
  logits: Tensor;
  features: Tensor;
}

/** A network that C++ has by name (docs/networks.md), or that a model file describes. */
export class Network extends Module {
  private readonly tensors: StateDict;
  private readonly id: number;
  private bank = 0;

  private constructor(
    id: number,
    readonly architecture: string,
    readonly input: Required<InputSize>,
    readonly metadata: Readonly<Record<string, string>>,
  ) {
    super();
    this.id = id;
    const { tensors, text } = engine().run('networkState', [id]);
    const names = (JSON.parse(decode(text)) as string[][]).flat();
    this.tensors = Object.fromEntries(tensors.map((t, i) => [names[i]!, keep(new Tensor(t))]));
    Object.defineProperty(this, 'tensors', { enumerable: false });
  }

  /** With random weights: "convnet-16-32", "densenet-bc-40-12", "resnet-18", ... */
  static make(architecture: string, options: NetworkOptions = {}): Network {
    const { classes = 10, channels = 3, height = 32, width = 32, seed = 0 } = options;
    const args = [classes, channels, height, width, seed];
    if (typeof architecture !== 'string' || !args.every((n) => Number.isSafeInteger(n) && n >= 0))
      throw new Error(
        `Network: expected a name and whole numbers, got ${String(architecture)} with ${args} ` +
          '(classes, channels, height, width, seed)',
      );
    const [id] = engine().run('makeNetwork', args, architecture).numbers;
    return new Network(id!, architecture, { channels, height, width }, {}).train();
  }

  /** Of the bytes of a model file, in evaluation mode. */
  static read(bytes: Uint8Array): Network {
    const { numbers, text } = engine().run('readNetwork', [], bytes);
    const metadata = JSON.parse(decode(text)) as Record<string, string>;
    const sizes = JSON.parse(metadata['input'] ?? '[3,32,32]') as (number | null)[];
    const [channels, height, width] = sizes.map((size) => size ?? 0) as [number, number, number];
    const input = { channels, height, width };
    return new Network(numbers[0]!, metadata['architecture']!, input, metadata).eval();
  }

  forward(x: Tensor): Tensor {
    const args = [this.id, x.handleFor(this.architecture)];
    return new Tensor(engine().run('runNetwork', args).tensors[0]!);
  }

  /** Logits, and what the last layer reads: the penultimate features [N,D]. */
  features(x: Tensor): Features {
    const args = [this.id, x.handleFor('features')];
    const [logits, features] = engine().run('networkFeatures', args).tensors;
    return { logits: new Tensor(logits!), features: new Tensor(features!) };
  }

  /**
   * The same network for other classes, in evaluation mode: all weights are copies but those of the
   * last layer, `head`, which are random. An optimizer of `head` trains it alone.
   */
  withNewHead(
    classes: number,
    options: { seed?: number } = {},
  ): { network: Network; head: Tensor[] } {
    const { channels, height, width } = this.input;
    const made = Network.make(this.architecture, {
      ...{ classes, channels, height, width },
      seed: options.seed ?? 0,
    });
    const own = made.stateDict();
    const old = Object.entries(this.stateDict());
    const isBody = ([name, t]: [string, Tensor]) => own[name]?.shape.join() === t.shape.join();
    const last = old.filter((entry) => !isBody(entry)).map(([name]) => name);
    // With as many classes as before nothing tells the last layer but its place.
    const head =
      last.length > 0
        ? last
        : this.namedParameters()
            .slice(-2)
            .map(([name]) => name);
    const body = old.filter(([name]) => !head.includes(name));
    made.loadStateDict({ ...own, ...Object.fromEntries(body) });
    for (const key of ['preprocess', 'input'])
      if (key in this.metadata) Object.assign(made.metadata, { [key]: this.metadata[key] });
    return { network: made.eval(), head: head.map((name) => own[name]!) };
  }

  /**
   * The features() of training pictures, with which the scores knn and nnguide compare. write() puts
   * them into the model file.
   */
  setBank({ logits, features }: Features): void {
    const handles = handlesOf('setBank', [logits, features]);
    engine().run('setBank', [this.id, ...handles]);
    this.bank = logits.shape[0] ?? 0;
    this.setThresholds({});
  }

  /** Of methods that verdicts are given by: `odin detect --method` takes them from the file. */
  setThresholds(thresholds: Record<string, number>): void {
    const pictures = { set: 'pictures in JavaScript', n: this.bank };
    const record = { format: 'odin-fit-1', in: pictures, bank: this.bank, thresholds };
    engine().run('setFitRecord', [this.id], JSON.stringify(record));
  }

  /** By each method a score for each row of features(), without a step before it. */
  scores(
    { logits, features }: Features,
    methods: readonly string[],
    { temperature = 1000 } = {},
  ): number[][] {
    const handles = handlesOf('scores', [logits, features]);
    const args = [this.id, ...handles, temperature];
    const rows = new Tensor(
      engine().run('networkScores', args, JSON.stringify(methods)).tensors[0]!,
    );
    const list = rows.toArray() as number[][];
    rows.dispose();
    return list;
  }

  /** A picture [C,H,W] of pixels in [0, 1] and any size as the network takes it: [1,C,H,W], not normalized. */
  fitPicture(picture: Tensor): Tensor {
    const args = [this.id, picture.handleFor('fitPicture')];
    return new Tensor(engine().run('fitPicture', args).tensors[0]!);
  }

  override train(training = true): this {
    this.training = training;
    engine().run('trainNetwork', [this.id, Number(training)]);
    return this;
  }

  /** The bytes of a model file, which `model()` of odin-ood and `odin detect` read. */
  write(metadata: ModelMetadata): Uint8Array {
    const { channels, height, width } = this.input;
    const input = height === 0 ? [channels, null, null] : [channels, height, width];
    const entries = { ...this.metadata, architecture: this.architecture };
    const values = Object.entries({ input, ...metadata }).filter(([, v]) => v !== undefined);
    const texts = Object.fromEntries(values.map(([key, v]) => [key, JSON.stringify(v)]));
    const text = JSON.stringify({ ...entries, ...texts });
    return engine().run('writeNetwork', [this.id], text).text;
  }

  override dispose(): void {
    super.dispose();
    engine().run('freeNetwork', [this.id]);
  }

  protected override members(): [string, Tensor][] {
    return Object.entries(this.tensors);
  }
}

/** A parameter of a module of one's own. */
export function parameter(data: Parameters<typeof variable>[0]): Tensor {
  return variable(data);
}

/** A tensor of a module that is not trained, which tidy() does not free. */
export function buffer(data: Parameters<typeof tensor>[0] | Tensor): Tensor {
  return keep(data instanceof Tensor ? data : tensor(data));
}
