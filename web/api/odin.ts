import { hasThreads, machineThreads, obstacle, simdOf, variants } from './features.ts';
import { engineFiles, workerFile } from './files.ts';
import type { Start } from './host.ts';
import { LoadedModel } from './model.ts';
import { refuseOthers } from './options.ts';
import { refuseForbidden } from './policy.ts';
import { LocalPort, WorkerPort, type Port } from './ports.ts';
import { Queue } from './queue.ts';
import { readModel } from './source.ts';
import type {
  EngineInfo,
  LoadOptions,
  Model,
  ModelInfo,
  ModelOptions,
  ModelSource,
  Odin,
  ScalarProgram,
  ScalarTape,
  Variant,
} from './types.ts';

export type * from './types.ts';
export { verdictOf } from './verdict.ts';

/** Starts the engine. Never fails for want of a feature: it takes the next simpler build and says why in `info.reason`. */
export async function load(options: LoadOptions = {}): Promise<Odin> {
  refuseOthers('load', options, ['threads', 'variant', 'baseUrl', 'onWorker']);
  const threads = Math.max(1, Math.floor(options.threads ?? (await machineThreads())));
  const reasons: string[] = [];
  for (const variant of options.variant ? [options.variant] : variants) {
    const reason = obstacle(variant) || (options.variant ? '' : uselessness(variant, threads));
    if (!reason) {
      const started = await start(variant, threads, options, reasons);
      if (started) return started;
    } else if (!reasons.includes(reason)) {
      reasons.push(reason);
    }
  }
  throw new Error(`odin: the engine cannot run here: ${reasons.join('; ')}`);
}

function uselessness(variant: Variant, threads: number): string {
  return hasThreads(variant) && threads === 1 ? 'there is one thread to work with' : '';
}

/** The engine in a worker, or else on this thread; null, with the reason noted, when neither starts. */
async function start(
  variant: Variant,
  wanted: number,
  options: LoadOptions,
  reasons: string[],
): Promise<Engine | null> {
  const threads = hasThreads(variant) ? wanted : 1;
  const { baseUrl } = options;
  const request: Start = { variant, threads, files: engineFiles(variant, baseUrl) };
  // A page's own thread must not wait for others, so there is no second way for threads.
  const worker = (start: Start) => WorkerPort.start(start, workerFile(baseUrl), options.onWorker);
  const ways = hasThreads(variant) ? [worker] : [worker, LocalPort.start];
  for (const way of ways) {
    try {
      const port: Port = await way(request);
      return new Engine(new Queue(port), {
        version: port.version,
        variant,
        threads,
        simd: simdOf(variant),
        worker: way === worker,
        reason: reasons.join('; ') || (options.variant ? 'asked for' : 'the fastest build'),
      });
    } catch (e) {
      refuseForbidden((e as Error).message);
      reasons.push(`${variant}: ${(e as Error).message}`);
    }
  }
  return null;
}

class Engine implements Odin {
  constructor(
    private readonly queue: Queue,
    readonly info: EngineInfo,
  ) {}

  async model(source: ModelSource, options: ModelOptions = {}): Promise<Model> {
    refuseOthers('model', options, ['onProgress', 'signal', 'maxBytes']);
    if (typeof source === 'object' && 'architecture' in source) {
      return this.adopt('makeModel', source, options.signal);
    }
    const { name, bytes, own } = await readModel(source, options);
    const transfer = own ? [bytes.buffer as ArrayBuffer] : [];
    return this.adopt('loadModel', { name, bytes }, options.signal, transfer);
  }

  differentiate(program: ScalarProgram): Promise<ScalarTape> {
    return this.queue.call('differentiate', program);
  }

  memory(): Promise<number> {
    return this.queue.call('memory', {});
  }

  dispose(): void {
    this.queue.close();
  }

  private async adopt(
    name: string,
    request: object,
    signal?: AbortSignal,
    transfer: ArrayBuffer[] = [],
  ): Promise<Model> {
    const wrap = ({ model, info }: { model: number; info: ModelInfo }) =>
      new LoadedModel(this.queue, model, info);
    const drop = (made: Parameters<typeof wrap>[0]) => wrap(made).dispose();
    return wrap(await this.queue.call(name, request, { signal, transfer, drop }));
  }
}
