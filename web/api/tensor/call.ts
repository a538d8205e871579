// Makes functions and methods of the rows of operations.ts.

import { engine, Tensor } from './tensor.ts';

export interface Parameter {
  name: string;
  kind: string;
  optional?: boolean;
  default?: unknown;
  /** Of a choice, in the order of C++'s numbers. */
  values?: string[];
}

/** An operation as web/tensor/generate.mjs writes it. */
export type Row = [
  name: string,
  result: string,
  isMethod: boolean,
  positional: Parameter[],
  options: Parameter[],
];

/** Where the next argument goes. */
let at = 0;
let scratch: Float64Array;

/** The operation as a function; as a method too, where its first parameter is a tensor. */
export function callOf(row: Row): (...args: unknown[]) => unknown {
  const [name, result, isMethod, positional, options] = row;
  const required = positional.findLastIndex((p) => !p.optional && p.default === undefined) + 1;
  const hasOperands = positional.some((p) => p.kind === 'operand');
  let number = -1;

  const call = (...args: unknown[]): unknown => {
    const given = engine();
    if (number < 0) number = given.find(name);
    const chosen = isOptions(args.at(-1)) ? (args.pop() as Record<string, unknown>) : undefined;
    if (args.length > positional.length || args.length < required)
      throw new Error(`${name}: expected ${usage(row)}, got ${args.length} arguments`);
    at = 0;
    scratch = given.scratch;
    for (let i = 0; i < positional.length; ++i) write(name, positional[i]!, args[i]);
    for (const option of options) write(name, option, chosen?.[option.name]);
    if (chosen) refuseOthers(row, chosen);
    if (hasOperands && !args.some((a) => a instanceof Tensor))
      throw new Error(`${name}: expected a tensor among the operands, got ${args.join(' and ')}`);
    given.call(number);
    switch (result) {
      case 'tensor':
        return new Tensor(given.describe(4));
      case 'tensors':
        return given.answer().tensors.map((d) => new Tensor(d));
      case 'boolean':
        return given.scratch[4] !== 0;
      case 'number':
        return given.scratch[4];
      default:
        return args[0];
    }
  };
  if (isMethod)
    Object.defineProperty(Tensor.prototype, name, {
      value(this: Tensor, ...args: unknown[]) {
        return call(this, ...args);
      },
    });
  return call;
}

function usage([name, , , positional, options]: Row): string {
  const names = positional.map((p) =>
    p.optional || p.default !== undefined ? `${p.name}?` : p.name,
  );
  if (options.length > 0) names.push(`{ ${options.map((o) => o.name).join(', ')} }`);
  return `${name}(${names.join(', ')})`;
}

function isOptions(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function refuseOthers(row: Row, chosen: Record<string, unknown>): void {
  const [name, , , , options] = row;
  for (const key of Object.keys(chosen))
    if (!options.some((o) => o.name === key))
      throw new Error(`${name}: there is no option '${key}'; expected ${usage(row)}`);
}

function refuse(op: string, { name }: Parameter, expected: string, got: unknown): never {
  const shown =
    got instanceof Tensor
      ? `a tensor [${got.shape}]`
      : Array.isArray(got)
        ? `[${got}]`
        : String(got);
  throw new Error(`${op}: expected ${expected} as '${name}', got ${shown}`);
}

function whole(op: string, p: Parameter, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) refuse(op, p, 'a whole number', value);
  return value as number;
}

function put(value: number): void {
  if (at >= scratch.length) throw new Error('odin: too many arguments; give a tensor instead');
  scratch[at++] = value;
}

/** A list behind its length; a number is a list of one. */
function putList(op: string, p: Parameter, value: unknown): void {
  const list = typeof value === 'number' ? [value] : (value as ArrayLike<number>);
  if (typeof list?.length !== 'number' || typeof value === 'string')
    refuse(op, p, 'a list of whole numbers', value);
  put(list.length);
  for (let i = 0; i < list.length; ++i) put(whole(op, p, list[i]));
}

/** One number for all, or so many. */
function putSizes(op: string, p: Parameter, value: unknown, counts: number[]): void {
  const most = counts.at(-1)!;
  let list = typeof value === 'number' ? Array<number>(most).fill(value) : (value as number[]);
  if (!Array.isArray(list) || !counts.includes(list.length))
    refuse(op, p, `a number or a list of ${counts.join(' or ')}`, value);
  if (list.length < most) list = [...list, ...list]; // [rows, columns] as padding of all sides
  for (const v of list) put(whole(op, p, v));
}

function write(op: string, p: Parameter, value: unknown): void {
  if (value === undefined || value === null) {
    if (p.optional)
      return p.kind === 'size' ? (put(NaN), put(NaN)) : put(p.kind === 'int' ? NaN : 0);
    value = p.default;
  }
  switch (p.kind) {
    case 'tensor':
    case 'target':
      if (!(value instanceof Tensor)) refuse(op, p, 'a tensor', value);
      return put((value as Tensor).handleFor(op));
    case 'operand':
      if (value instanceof Tensor) return put(value.handleFor(op));
      if (typeof value !== 'number') refuse(op, p, 'a tensor or a number', value);
      put(0);
      return put(value as number);
    case 'tensors':
      if (!Array.isArray(value) || !value.every((v) => v instanceof Tensor))
        refuse(op, p, 'a list of tensors', value);
      put((value as Tensor[]).length);
      for (const v of value as Tensor[]) put(v.handleFor(op));
      return;
    case 'indices':
      if (value instanceof Tensor) return put(value.handleFor(op));
      put(0);
      return putList(op, p, value);
    case 'int':
      return put(whole(op, p, value));
    case 'number':
      if (typeof value !== 'number') refuse(op, p, 'a number', value);
      return put(value as number);
    case 'boolean':
      if (typeof value !== 'boolean') refuse(op, p, 'true or false', value);
      return put(Number(value));
    case 'dims':
    case 'ints':
      return putList(op, p, value);
    case 'size':
      return putSizes(op, p, value, [2]);
    case 'padding':
      return putSizes(op, p, value, [2, 4]);
    default: {
      const all = p.values!;
      const place = all.indexOf(value as string);
      if (place < 0) refuse(op, p, all.map((c) => `'${c}'`).join(' or '), value);
      return put(place);
    }
  }
}
