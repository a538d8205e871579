/** The builds, by what they need of a browser. */
export type Variant = 'scalar' | 'simd' | 'simd-threads' | 'relaxed-threads';
