// Starts the modules that Emscripten made.

import { startable } from './elsewhere.ts';
import type { ModuleFiles } from './files.ts';
import { isNode } from './node.ts';

/** What C++ exports to embind (web/engine): functions of a request, under their names. */
export type Functions = Record<string, (request: object) => unknown>;

interface ModuleOptions {
  locateFile(): string;
  wasmMemory?: WebAssembly.Memory;
  /** What the threads start with; in Node they find it. */
  mainScriptUrlOrBlob?: string;
}

type Factory<T> = (options: ModuleOptions) => Promise<T>;

/** `memory`: shared with the threads, for modules that have them. */
export async function startModule<T = Functions>(
  { script, wasm }: ModuleFiles,
  memory: WebAssembly.Memory | undefined,
): Promise<T> {
  // Not a literal: bundlers have copied the file and have nothing to find in it.
  const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ script)) as {
    default: Factory<T>;
  };
  return module.default({
    locateFile: () => wasm,
    ...(memory && { wasmMemory: memory }),
    ...(memory && !isNode && { mainScriptUrlOrBlob: startable(script) }),
  });
}
