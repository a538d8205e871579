import { processors } from './node.ts';
import type { Variant } from './variant.ts';

/** The builds, the fastest first, and what each needs. */
export const variants: readonly Variant[] = ['relaxed-threads', 'simd-threads', 'simd', 'scalar'];

export function hasThreads(variant: Variant): boolean {
  return variant.endsWith('-threads');
}

export function simdOf(variant: Variant): 'none' | 'simd128' | 'relaxed' {
  if (variant === 'scalar') return 'none';
  return variant === 'relaxed-threads' ? 'relaxed' : 'simd128';
}

/** Whether WebAssembly here takes a function of these instructions, without arguments or result. */
function accepts(...body: number[]): boolean {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 4, 1, 0x60, 0, 0];
  const functions = [3, 2, 1, 0];
  const code = [10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b];
  return WebAssembly.validate(Uint8Array.of(...header, ...type, ...functions, ...code));
}

const vector = [0x41, 0, 0xfd, 0x0f]; // i32.const 0, i8x16.splat
const drop = 0x1a;

function hasSharedMemory(): boolean {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return typeof SharedArrayBuffer !== 'undefined';
  } catch {
    return false;
  }
}

/** Why this build cannot run here, or '' when it can. */
export function obstacle(variant: Variant): string {
  if (typeof WebAssembly === 'undefined') return 'this browser has no WebAssembly';
  // try, catch_all, end
  if (!accepts(0x06, 0x40, 0x19, 0x0b))
    return 'this browser is too old: its WebAssembly has no exceptions';
  if (hasThreads(variant)) {
    if (globalThis.crossOriginIsolated === false) return 'threads need cross-origin isolation';
    if (!hasSharedMemory()) return 'threads need shared memory, which this browser does not give';
  }
  if (variant !== 'scalar' && !accepts(...vector, drop))
    return 'this browser has no WebAssembly SIMD';
  // f32x4.relaxed_madd
  if (
    variant === 'relaxed-threads' &&
    !accepts(...vector, ...vector, ...vector, 0xfd, 0x85, 2, drop)
  )
    return 'this browser has no relaxed SIMD';
  return '';
}

/** Eight threads are as many as one picture keeps busy. */
export async function machineThreads(): Promise<number> {
  const threads = (await processors()) ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.min(threads, 8);
}
