// What operations take besides tensors and numbers.

export type DType = 'float32' | 'float64' | 'int64';
/** A number for both, or [rows, columns]. */
export type Size = number | readonly [rows: number, columns: number];
export type Padding = Size | readonly [top: number, left: number, bottom: number, right: number];
