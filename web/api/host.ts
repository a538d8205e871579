// The engine itself, where it runs: in the worker, or on the caller's thread where there are none.

import { hasThreads } from './features.ts';
import type { EngineFiles } from './files.ts';
import { mostMegabytes, sharedMemory } from './memory.ts';
import { startModule, type Functions } from './modules.ts';
import type { Variant } from './variant.ts';

export interface Start {
  variant: Variant;
  threads: number;
  files: EngineFiles;
}

export interface Call {
  name: string;
  request: object;
}

/** What web/engine/engine.h calls what the detecting module lacks. */
const fullModuleNeeded = 'FullModuleNeeded';

/** The calls that make a model, and the one that ends it. */
const makes = ['loadModel', 'makeModel'];
const frees = 'freeModel';

/**
 * Begins with the module that only detects, which is loaded sooner. The first call that it has not
 * the parts for, a network made of an ONNX model or one of the rarer scores, changes it for the full
 * one, with all models that there are.
 */
export class Host {
  version = '';
  private kind: keyof EngineFiles = 'detecting';
  private functions: Functions = {};
  /** How each model was made, by its handle, until the full module has it. */
  private readonly made = new Map<number, Call>();

  private constructor(private readonly start: Start) {}

  static async start(start: Start): Promise<Host> {
    const host = new Host(start);
    await host.use('detecting');
    return host;
  }

  get isFull(): boolean {
    return this.kind === 'full';
  }

  async call(call: Call): Promise<unknown> {
    if (this.functions[call.name])
      try {
        return this.answer(call);
      } catch (e) {
        if ((e as Error).message !== fullModuleNeeded) throw e;
      }
    await this.use('full');
    return this.answer(call);
  }

  private async use(kind: keyof EngineFiles): Promise<void> {
    const { variant, threads, files } = this.start;
    const shared = hasThreads(variant) ? sharedMemory() : null;
    const functions = await startModule(files[kind], shared?.memory);
    try {
      functions['configure']!({ threads, megabytes: shared?.megabytes ?? mostMegabytes });
      for (const [handle, { name, request }] of this.made) functions[name]!({ ...request, handle });
    } catch (e) {
      endThreads(functions);
      throw e;
    }
    this.made.clear();
    endThreads(this.functions);
    this.functions = functions;
    this.kind = kind;
    this.version = (functions['engineInfo']!({}) as { version: string }).version;
  }

  private answer(call: Call): unknown {
    const result = this.functions[call.name]!(call.request);
    if (!this.isFull && makes.includes(call.name))
      this.made.set((result as { model: number }).model, call);
    if (call.name === frees) this.made.delete((call.request as { model: number }).model);
    return result;
  }
}

/** Of a module that is not used any more; they would wait for work for ever. */
function endThreads(module: object): void {
  (module as { PThread?: { terminateAllThreads(): void } }).PThread?.terminateAllThreads();
}

/** The buffers of all typed arrays in a result, which can be handed over instead of copied. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(buffersOf);
}
