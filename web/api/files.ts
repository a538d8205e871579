// The files of the package that are loaded when they are needed, each by an address of its own: a bundler
// that sees `new URL('./NAME', import.meta.url)` copies that file as it is and puts its address there.
// worker.ts does not import this file: the worker is told the addresses, since it may be such a copy.

import type { Variant } from './variant.ts';

/** A URL is one. */
export type Address = string | { readonly href: string };

/** The script and the module that Emscripten made. */
export interface ModuleFiles {
  script: string;
  wasm: string;
}

/** For networks that have a name; and with networks made of ONNX models, all scores and tensors. */
export interface EngineFiles {
  detecting: ModuleFiles;
  full: ModuleFiles;
}

const pair = (script: URL, wasm: URL): ModuleFiles => ({ script: script.href, wasm: wasm.href });

const beside: Record<Variant, () => EngineFiles> = {
  scalar: () => ({
    detecting: pair(
      new URL('./odin-scalar.js', import.meta.url),
      new URL('./odin-scalar.wasm', import.meta.url),
    ),
    full: pair(
      new URL('./odin-full-scalar.js', import.meta.url),
      new URL('./odin-full-scalar.wasm', import.meta.url),
    ),
  }),
  simd: () => ({
    detecting: pair(
      new URL('./odin-simd.js', import.meta.url),
      new URL('./odin-simd.wasm', import.meta.url),
    ),
    full: pair(
      new URL('./odin-full-simd.js', import.meta.url),
      new URL('./odin-full-simd.wasm', import.meta.url),
    ),
  }),
  'simd-threads': () => ({
    detecting: pair(
      new URL('./odin-simd-threads.js', import.meta.url),
      new URL('./odin-simd-threads.wasm', import.meta.url),
    ),
    full: pair(
      new URL('./odin-full-simd-threads.js', import.meta.url),
      new URL('./odin-full-simd-threads.wasm', import.meta.url),
    ),
  }),
  'relaxed-threads': () => ({
    detecting: pair(
      new URL('./odin-relaxed-threads.js', import.meta.url),
      new URL('./odin-relaxed-threads.wasm', import.meta.url),
    ),
    full: pair(
      new URL('./odin-full-relaxed-threads.js', import.meta.url),
      new URL('./odin-full-relaxed-threads.wasm', import.meta.url),
    ),
  }),
};

/** `base`: where the files lie, when not beside this one. */
export function engineFiles(variant: Variant, base?: Address): EngineFiles {
  if (base === undefined) return beside[variant]();
  const named = (name: string) => ({
    script: `${folder(base)}odin-${name}.js`,
    wasm: `${folder(base)}odin-${name}.wasm`,
  });
  return { detecting: named(variant), full: named(`full-${variant}`) };
}

export function workerFile(base?: Address): string {
  return base === undefined
    ? new URL('./worker.js', import.meta.url).href
    : `${folder(base)}worker.js`;
}

/** With a slash at the end, absolute where the page's address is known. */
function folder(base: Address): string {
  const text = typeof base === 'string' ? base : base.href;
  const page = (globalThis as { location?: { href: string } }).location?.href;
  return new URL(text.endsWith('/') ? text : `${text}/`, page).href;
}
