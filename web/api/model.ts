import { refuseOthers } from './options.ts';
import { plainPicture, type PlainPicture } from './pictures.ts';
import type { Queue } from './queue.ts';
import type {
  BenchOptions,
  CalibrateOptions,
  Calibration,
  Detection,
  DetectOptions,
  FeaturesOptions,
  Fit,
  Model,
  ModelInfo,
  PerturbOptions,
  Picture,
  Sweep,
  SweepOptions,
  Trace,
  TraceOptions,
} from './types.ts';

const settings = ['temperature', 'epsilon', 'signal', 'fit'];
const detectOptions = [...settings, 'threshold', 'direction', 'method', 'step', 'target'];

/** Pixels that are computed together: more need more memory and are no faster. */
const pixelsAtOnce = 32 * 32 * 64;

/** A model in the engine. */
export class LoadedModel implements Model {
  constructor(
    private readonly queue: Queue,
    private readonly model: number,
    readonly info: ModelInfo,
  ) {}

  detect(picture: Picture, options?: DetectOptions): Promise<Detection>;
  detect(pictures: readonly Picture[], options?: DetectOptions): Promise<Detection[]>;
  async detect(
    given: Picture | readonly Picture[],
    options: DetectOptions = {},
  ): Promise<Detection | Detection[]> {
    refuseOthers('detect', options, detectOptions);
    const { signal, fit, target, ...rest } = options;
    if (target !== undefined) Object.assign(rest, { target: this.classNumber(target) });
    if (isList(given)) return this.many('detectMany', given, fit, rest, signal);
    if (target !== undefined)
      return (await this.many<Detection>('detectMany', [given], fit, rest, signal))[0]!;
    const picture = this.plain(given, fit);
    return this.call(
      'detect',
      { picture: isReady(picture) ? picture : await picture, ...rest },
      signal,
    );
  }

  features(picture: Picture, options?: FeaturesOptions): Promise<Float32Array>;
  features(pictures: readonly Picture[], options?: FeaturesOptions): Promise<Float32Array[]>;
  async features(
    given: Picture | readonly Picture[],
    options: FeaturesOptions = {},
  ): Promise<Float32Array | Float32Array[]> {
    refuseOthers('features', options, ['fit', 'signal']);
    const list = isList(given) ? given : [given];
    const found = await this.many<Float32Array>('features', list, options.fit, {}, options.signal);
    return isList(given) ? found : found[0]!;
  }

  async calibrate(
    pictures: readonly Picture[],
    options: CalibrateOptions = {},
  ): Promise<Calibration> {
    refuseOthers('calibrate', options, [...settings, 'tpr', 'onProgress']);
    const { tpr = 0.95, signal, fit, onProgress, temperature, epsilon } = options;
    if (!isList(pictures) || pictures.length === 0)
      throw new Error(
        'calibrate: expected a list of pictures that belong, apart from those learned',
      );
    const set = { temperature, epsilon };
    const request = { ...set, onlyScores: true };
    const scores = await this.many<number>(
      'detectMany',
      pictures,
      fit,
      request,
      signal,
      onProgress,
    );
    const found = await this.call<Omit<Calibration, 'scores'>>(
      'setThreshold',
      { scores, tpr, ...set },
      signal,
    );
    const own = {
      temperature: found.temperature,
      epsilon: found.epsilon,
      threshold: found.threshold,
    };
    Object.assign(this.info, own, { defaults: own });
    return { ...found, scores: Float64Array.from(scores) };
  }

  async perturb(
    picture: Picture,
    gradient: Float32Array,
    options: PerturbOptions = {},
  ): Promise<Float32Array> {
    refuseOthers('perturb', options, ['epsilon', 'direction', 'signal', 'fit']);
    const { signal, fit, ...rest } = options;
    const plain = this.plain(picture, fit);
    const request = { picture: isReady(plain) ? plain : await plain, gradient, ...rest };
    return this.call('perturb', request, signal);
  }

  async sweep(picture: Picture, options: SweepOptions): Promise<Sweep> {
    refuseOthers('sweep', options, ['temperatures', 'epsilons', 'direction', 'signal', 'fit']);
    const { temperatures, epsilons, direction, signal, fit } = options;
    const scores = new Float64Array(temperatures.length * epsilons.length);
    const given = this.plain(picture, fit);
    const plain = isReady(given) ? given : await given;
    // One call a temperature, so that others come in between and the rest can be cancelled.
    for (const [i, temperature] of temperatures.entries()) {
      const request = { picture: plain, temperatures: [temperature], epsilons, direction };
      scores.set(await this.call<Float64Array>('sweep', request, signal), i * epsilons.length);
    }
    return { temperatures: [...temperatures], epsilons: [...epsilons], scores };
  }

  async trace(picture: Picture, options: TraceOptions = {}): Promise<Trace> {
    refuseOthers('trace', options, ['temperature', 'signal', 'fit']);
    const { signal, fit, ...rest } = options;
    const plain = this.plain(picture, fit);
    return this.call('trace', { picture: isReady(plain) ? plain : await plain, ...rest }, signal);
  }

  async bench(
    task: 'forward' | 'odin',
    options: BenchOptions = {},
  ): Promise<{ milliseconds: number[] }> {
    refuseOthers('bench', options, ['batch', 'repeats']);
    const { batch = 1, repeats = 7 } = options;
    const milliseconds: number[] = [];
    // The first runs are compiled while they run.
    for (let i = -3; i < repeats; ++i) {
      const time = await this.call<number>('bench', { task, batch });
      if (i >= 0) milliseconds.push(time);
    }
    return { milliseconds };
  }

  multiplyAdds(): Promise<number> {
    return this.call('multiplyAdds', {});
  }

  dispose(): void {
    this.call('freeModel', {}).catch(() => {});
  }

  private plain(picture: Picture, fit: Fit | undefined): PlainPicture | Promise<PlainPicture> {
    return plainPicture(picture, fit, this.info);
  }

  private classNumber(target: string | number): number {
    const number = typeof target === 'string' ? this.info.classes.indexOf(target) : target;
    if (Number.isInteger(number) && number >= 0 && number < this.info.classes.length) return number;
    throw new Error(
      `detect: there is no class '${target}' to be the target; expected ${this.info.classes.join(', ')} ` +
        `or 0 to ${this.info.classes.length - 1}`,
    );
  }

  /** In calls of so many pictures as are computed together, between which others come. */
  private async many<T>(
    name: string,
    pictures: readonly Picture[],
    fit: Fit | undefined,
    request: object,
    signal: AbortSignal | undefined,
    onProgress?: (done: number, total: number) => void,
  ): Promise<T[]> {
    const [, height, width] = this.info.input;
    const count = Math.max(1, Math.floor(pixelsAtOnce / ((height ?? 224) * (width ?? 224))));
    const found: T[] = [];
    for (let first = 0; first < pictures.length; first += count) {
      const some = pictures.slice(first, first + count);
      const plain = await Promise.all(some.map((picture) => this.plain(picture, fit)));
      found.push(...(await this.call<T[]>(name, { pictures: plain, ...request }, signal)));
      onProgress?.(found.length, pictures.length);
    }
    return found;
  }

  private call<T>(name: string, request: object, signal?: AbortSignal): Promise<T> {
    return this.queue.call(name, { model: this.model, ...request }, { signal });
  }
}

function isList(given: unknown): given is readonly Picture[] {
  return Array.isArray(given);
}

/** What is there already is handed over at once, before its owner can change it. */
function isReady(picture: PlainPicture | Promise<PlainPicture>): picture is PlainPicture {
  return !(picture instanceof Promise);
}
