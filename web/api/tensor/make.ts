// Tensors made of JavaScript's numbers.

import { arrays, dtypes, engine, keep, Tensor, type Nested, type TypedArray } from './tensor.ts';
import type { DType } from './types.ts';

export interface TensorOptions {
  dtype?: DType;
  shape?: readonly number[];
  requiresGrad?: boolean;
  /** On the tape. */
  name?: string;
}

/**
 * A tensor of numbers: of lists of lists (float32), or of a typed array, which keeps its type; whole
 * numbers of any width become int64. `shape` gives it another shape than the data has.
 */
export function tensor(data: Nested | TypedArray, options: TensorOptions = {}): Tensor {
  const isTyped = ArrayBuffer.isView(data);
  const own = isTyped ? [data.byteLength / data.BYTES_PER_ELEMENT] : shapeOf(data as Nested);
  const flat = isTyped ? (data as unknown as ArrayLike<number | bigint>) : flatten(data as Nested);
  const shape = options.shape ?? own;
  const dtype = options.dtype ?? (isTyped ? dtypeOf(data as TypedArray) : 'float32');
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== flat.length)
    throw new Error(`tensor: ${flat.length} numbers do not fill the shape [${shape}]`);
  const number = dtypes.indexOf(dtype);
  if (number < 0) throw new Error(`tensor: expected dtype ${dtypes.join(', ')}, got ${dtype}`);
  const { numbers, tensors } = engine().run('create', [number, shape]);
  const elements = new arrays[dtype](engine().buffer as ArrayBuffer, numbers[0]!, size);
  if (elements instanceof BigInt64Array)
    for (let i = 0; i < size; ++i) elements[i] = BigInt(flat[i]!);
  else elements.set(flat as ArrayLike<number>);
  const made = new Tensor(tensors[0]!);
  if (!options.requiresGrad) return made;
  const leaf = variable(made, options);
  made.dispose();
  return leaf;
}

/** A leaf that requires a gradient. tidy() does not free it. */
export function variable(data: Tensor | Nested | TypedArray, options: TensorOptions = {}): Tensor {
  const value = data instanceof Tensor ? data : tensor(data, { ...options, requiresGrad: false });
  const name = options.name ?? 'leaf';
  const made = new Tensor(
    engine().run('variable', [value.handleFor('variable')], name).tensors[0]!,
  );
  // Of an existing tensor, that tensor stays the caller's.
  if (value !== data) value.dispose();
  return keep(made);
}

function flatten(data: Nested): number[] {
  return ([data] as unknown[]).flat(Infinity as 1).map(Number);
}

function shapeOf(data: Nested): number[] {
  if (!Array.isArray(data)) {
    if (typeof data === 'number' || typeof data === 'boolean') return [];
    throw new Error(`tensor: expected numbers or lists of them, got ${String(data)}`);
  }
  const rows = data.map(shapeOf);
  const odd = rows.find((row) => row.join() !== rows[0]!.join());
  if (odd) throw new Error(`tensor: rows of different shapes, [${rows[0]!}] and [${odd}]`);
  return [data.length, ...(rows[0] ?? [])];
}

function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Float64Array ? 'float64' : 'int64';
}
