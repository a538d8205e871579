import type { Variant } from '../../../api/types.ts';

/** What is measured: the query's values, or all that this browser can do. */
export interface Plan {
  architectures: string[];
  builds: Build[];
  /** Runs a task at least this often, and for about a second and a half. */
  repeats: number;
  coldStarts: number;
}

export interface Build {
  variant: Variant;
  threads: number;
}

export const architectures = ['densenet-bc-40-12', 'densenet-bc-100-12', 'wrn-40-2'];
const variants: readonly Variant[] = ['scalar', 'simd', 'simd-threads', 'relaxed-threads'];

/**
 * ?architectures=wrn-40-2&variants=simd-threads,relaxed-threads&threads=1,2&repeats=30&cold=5 narrows the plan, for scripts
 * (which also add &auto to start at once).
 */
export function planOf(query: URLSearchParams, machineThreads: number): Plan {
  const list = (key: string) => query.get(key)?.split(',').filter(Boolean);
  const wanted = list('variants');
  const threads = list('threads')?.map(Number) ?? [1, Math.min(machineThreads, 8)];
  const builds = variants
    .filter((variant) => wanted?.includes(variant) ?? true)
    .flatMap((variant) => {
      const counts = variant.endsWith('-threads') ? threads : [1];
      return [...new Set(counts)].map((count) => ({ variant, threads: count }));
    });
  return {
    architectures: list('architectures') ?? architectures,
    builds,
    repeats: positive(query.get('repeats'), 7),
    coldStarts: positive(query.get('cold'), 3),
  };
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}
