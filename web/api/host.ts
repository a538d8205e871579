// The engine itself, where it runs: in the worker, or on the caller's thread where there are none.

import { hasThreads } from './features.ts';
import { mostMegabytes, sharedMemory } from './memory.ts';
import type { Variant } from './types.ts';

export interface Start {
  variant: Variant;
  threads: number;
  /** Where the modules lie, when not beside this file. */
  baseUrl?: string | undefined;
}

export interface Call {
  name: string;
  request: object;
}

/** What C++ exports (web/engine): functions of a request, under their names. */
export type Functions = Record<string, (request: object) => unknown>;

export type Factory = (options: { wasmMemory?: WebAssembly.Memory }) => Promise<Functions>;

// Written out one by one, so that bundlers find them.
const modules: Record<Variant, () => Promise<{ default: Factory }>> = {
  scalar: () => import('./odin-scalar.js'),
  simd: () => import('./odin-simd.js'),
  'simd-threads': () => import('./odin-simd-threads.js'),
  'relaxed-threads': () => import('./odin-relaxed-threads.js'),
};

export class Host {
  readonly version: string;

  private constructor(private readonly functions: Functions) {
    this.version = (this.call({ name: 'engineInfo', request: {} }) as { version: string }).version;
  }

  static async start({ variant, threads, baseUrl }: Start): Promise<Host> {
    const module =
      baseUrl === undefined
        ? await modules[variant]()
        : ((await import(/* @vite-ignore */ `${baseUrl}odin-${variant}.js`)) as {
            default: Factory;
          });
    const shared = hasThreads(variant) ? sharedMemory() : null;
    const host = new Host(await module.default(shared ? { wasmMemory: shared.memory } : {}));
    const megabytes = shared?.megabytes ?? mostMegabytes;
    host.call({ name: 'configure', request: { threads, megabytes } });
    return host;
  }

  call({ name, request }: Call): unknown {
    return this.functions[name]!(request);
  }
}

/** The buffers of all typed arrays in a result, which can be handed over instead of copied. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(buffersOf);
}
