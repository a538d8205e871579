// The modules that Emscripten made, written out one by one, so that bundlers find them.

import type { Variant } from './variant.ts';

/** What C++ exports to embind (web/engine): functions of a request, under their names. */
export type Functions = Record<string, (request: object) => unknown>;

export type Factory<T = Functions> = (options: { wasmMemory?: WebAssembly.Memory }) => Promise<T>;

type Module = () => Promise<{ default: Factory }>;

/** They detect with networks that have a name. */
const detecting: Record<Variant, Module> = {
  scalar: () => import('./odin-scalar.js'),
  simd: () => import('./odin-simd.js'),
  'simd-threads': () => import('./odin-simd-threads.js'),
  'relaxed-threads': () => import('./odin-relaxed-threads.js'),
};

/** They have networks made of ONNX models, all scores and tensors besides. */
const full: Record<Variant, Module> = {
  scalar: () => import('./odin-full-scalar.js'),
  simd: () => import('./odin-full-simd.js'),
  'simd-threads': () => import('./odin-full-simd-threads.js'),
  'relaxed-threads': () => import('./odin-full-relaxed-threads.js'),
};

export type Kind = 'detecting' | 'full';

/** `baseUrl`: where the modules lie, with a slash at its end, when not beside this file. */
export async function factoryOf(
  kind: Kind,
  variant: Variant,
  baseUrl: string | undefined,
): Promise<Factory> {
  const module =
    baseUrl === undefined
      ? await { detecting, full }[kind][variant]()
      : ((await import(
          /* @vite-ignore */ `${baseUrl}odin-${kind === 'full' ? 'full-' : ''}${variant}.js`
        )) as { default: Factory });
  return module.default;
}
