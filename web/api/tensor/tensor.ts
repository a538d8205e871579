// Tensors and their lifetime.

import {
  startEngine,
  type Answer,
  type Description,
  type Engine,
  type LoadOptions,
  type TensorEngineInfo,
} from './engine.ts';
import type { Methods } from './methods.ts';
import type { DType } from './types.ts';

/** A number, or lists of lists of numbers that are all of one length. */
export type Nested = number | boolean | readonly Nested[];
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array;

export const dtypes: readonly DType[] = ['float32', 'float64', 'int64'];
export const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
} as const;

let started: Promise<Engine> | undefined;
let running: Engine | undefined;
/** The tensors of each tidy() that runs, the innermost last. */
const scopes: Tensor[][] = [];
/** What is freed when the call of C++ that runs has ended. */
let afterwards: Tensor[] = [];
let live = 0;

type Rule = (dy: Tensor, context: RuleContext) => readonly (Tensor | null | undefined)[];
const rules: { name: string; backward: Rule }[] = [];

/** What the backward of an operation of one's own is given. */
export interface RuleContext {
  inputs: Tensor[];
  output: Tensor;
  /** Whether an input's gradient is wanted; others may be null. */
  wants: boolean[];
}

/** For tensors that nobody disposed of and nobody can reach any more. */
const lost = new FinalizationRegistry<number>((handle) => {
  --live;
  running?.release(handle);
});

/** Of load(): threads begin later. */
export async function start(options: LoadOptions): Promise<TensorEngineInfo> {
  started ??= startEngine(options, runRule);
  try {
    running = await started;
  } catch (e) {
    started = undefined;
    throw e;
  }
  if (options.seed !== undefined) manualSeed(options.seed);
  return running.info;
}

export function engine(): Engine {
  if (!running) throw new Error('odin: call `await load()` first');
  return running;
}

/** Random numbers begin anew with this seed. */
export function manualSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`manualSeed: expected a whole number of 0 or more, got ${seed}`);
  engine().run('manualSeed', [seed]);
}

/**
 * An array of numbers of one type, in WebAssembly's memory. Its methods are the operations (Methods).
 * It lives until dispose(), the end of the tidy() it was made in, or, later, until it cannot be
 * reached any more.
 */
export class Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether it is a leaf with a gradient, or was computed from one. */
  readonly requiresGrad: boolean;
  /** 0 when it has been disposed of. */
  private handle: number;
  private knownName = '';

  /** @internal */
  constructor({ handle, dtype, requiresGrad, shape }: Description) {
    this.handle = handle;
    this.dtype = dtypes[dtype]!;
    this.shape = shape;
    this.requiresGrad = requiresGrad;
    ++live;
    lost.register(this, handle, this);
    scopes.at(-1)?.push(this);
  }

  get rank(): number {
    return this.shape.length;
  }
  /** The number of elements. */
  get size(): number {
    return this.shape.reduce((a, b) => a * b, 1);
  }
  get isDisposed(): boolean {
    return this.handle === 0;
  }

  /** @internal What C++ knows it by; `what` needs it. */
  handleFor(what: string): number {
    if (this.handle === 0)
      throw new Error(`${what}: a tensor [${this.shape}] has been disposed of`);
    return this.handle;
  }

  /** A copy of the elements in row-major order. */
  data(): Float32Array | Float64Array | BigInt64Array {
    const { numbers, tensors } = engine().run('elements', [this.handleFor('data')]);
    const Of = arrays[this.dtype];
    const elements = new Of(engine().buffer as ArrayBuffer, numbers[0]!, this.size).slice();
    engine().release(tensors[0]!.handle);
    return elements;
  }

  /** The elements as lists of lists; of a scalar, its number. */
  toArray(): Nested {
    const flat = Array.from(this.data() as ArrayLike<number | bigint>, Number);
    let at = 0;
    const nested = (dim: number): Nested =>
      dim === this.rank
        ? flat[at++]!
        : Array.from({ length: this.shape[dim]! }, () => nested(dim + 1));
    return nested(0);
  }

  /** The number of a tensor that has one element. */
  item(): number {
    return engine().run('item', [this.handleFor('item')]).numbers[0]!;
  }

  /** Shape, dtype and elements as text. */
  toString(): string {
    if (this.isDisposed) return `tensor [${this.shape}] ${this.dtype}, disposed of`;
    return decode(engine().run('print', [this.handle]).text);
  }

  /** Adds the gradients of this scalar (or of its product with `gradient`) to the leaves' grad. */
  backward(options: { gradient?: Tensor; retainGraph?: boolean } = {}): void {
    const seed = options.gradient?.handleFor('backward') ?? 0;
    const args = [this.handleFor('backward'), seed, Number(options.retainGraph ?? false)];
    withRules(() => engine().run('backward', args));
  }

  /** Of a leaf: the gradient that backward() has added up, or null. */
  get grad(): Tensor | null {
    const [found] = engine().run('gradient', [this.handleFor('grad')]).tensors;
    return found ? new Tensor(found) : null;
  }

  zeroGrad(): void {
    engine().run('zeroGradient', [this.handleFor('zeroGrad')]);
  }

  /** On the tape; of leaves. */
  get name(): string {
    return this.knownName;
  }
  set name(name: string) {
    if (typeof name !== 'string') throw new Error(`name: expected a string, got ${String(name)}`);
    if (name === this.knownName) return;
    engine().run('setName', [this.handleFor('name')], name);
    this.knownName = name;
  }

  dispose(): void {
    if (this.handle === 0) return;
    lost.unregister(this);
    engine().release(this.handle);
    this.handle = 0;
    --live;
  }
}

export interface Tensor extends Methods<Tensor> {}

/** Runs f, and frees all tensors made in it but those that it returns and leaves (variable()). */
export function tidy<T>(f: () => T): T {
  const scope: Tensor[] = [];
  scopes.push(scope);
  let result: T | undefined;
  try {
    result = f();
    if (result instanceof Promise) throw new Error('tidy: expected a function that is not async');
    return result;
  } finally {
    scopes.pop();
    const kept = tensorsIn(result);
    for (const made of scope)
      if (kept.has(made)) scopes.at(-1)?.push(made);
      else made.dispose();
  }
}

/** Takes a tensor out of the tidy() that it was made in. */
export function keep<T extends Tensor>(made: T): T {
  for (const scope of scopes) {
    const place = scope.lastIndexOf(made);
    if (place >= 0) scope.splice(place, 1);
  }
  return made;
}

/** Nothing that f computes is on the tape. */
export function noGrad<T>(f: () => T): T {
  engine().run('beginNoGrad');
  try {
    return f();
  } finally {
    engine().run('endNoGrad');
  }
}

/** How many tensors there are, and the bytes of WebAssembly's memory, which never shrinks. */
export function memory(): { tensors: number; bytes: number } {
  return { tensors: live, bytes: engine().run('memory').numbers[1]! };
}

/**
 * The gradients of `output`, a scalar unless there is a `gradient` of it, with respect to tensors.
 * The leaves' grad stays as it is.
 */
export function grad(output: Tensor, inputs: Tensor, options?: GradOptions): Tensor;
export function grad(output: Tensor, inputs: readonly Tensor[], options?: GradOptions): Tensor[];
export function grad(
  output: Tensor,
  inputs: Tensor | readonly Tensor[],
  { gradient, retainGraph = false }: GradOptions = {},
): Tensor | Tensor[] {
  const list = inputs instanceof Tensor ? [inputs] : inputs;
  const args = [
    output.handleFor('grad'),
    handlesOf('grad', list),
    gradient?.handleFor('grad') ?? 0,
    Number(retainGraph),
  ];
  const found = withRules(() =>
    engine()
      .run('grad', args)
      .tensors.map((d) => new Tensor(d)),
  );
  return inputs instanceof Tensor ? found[0]! : found;
}

export interface GradOptions {
  gradient?: Tensor;
  retainGraph?: boolean;
}

/** A recorded operation, or a leaf. */
export interface TapeNode {
  id: number;
  op: string;
  shape: number[];
  /** Ids; null for inputs that need no gradient, which are not on the tape. */
  inputs: (number | null)[];
  leaf: boolean;
}

/** The operations that a result depends on, inputs before what reads them. */
export function tape(output: Tensor): TapeNode[] {
  return JSON.parse(decode(engine().run('tape', [output.handleFor('tape')]).text)) as TapeNode[];
}

/** The same as text, one operation a line. */
export function tapeText(output: Tensor): string {
  return decode(engine().run('tapeText', [output.handleFor('tapeText')]).text);
}

/** The same in Graphviz's language. */
export function tapeGraphviz(output: Tensor): string {
  return decode(engine().run('tapeGraphviz', [output.handleFor('tapeGraphviz')]).text);
}

export interface OwnOperation {
  /** Computes the value; nothing in it is recorded. */
  forward: (...inputs: Tensor[]) => Tensor;
  /** Given the gradient of the result, the gradient of each input, or null where it has none. */
  backward: Rule;
}

/** An operation of one's own with its gradient. */
export function operation(name: string, { forward, backward }: OwnOperation) {
  const rule = rules.push({ name, backward }) - 1;
  return (...inputs: Tensor[]): Tensor =>
    tidy(() => {
      const handles = handlesOf(name, inputs);
      const [value] = handlesOf(`${name}, forward`, [noGrad(() => forward(...inputs))]);
      return new Tensor(engine().run('record', [rule, value!, handles], name).tensors[0]!);
    });
}

/** C++ asks for the gradients of an operation of one's own; answers with handles. */
function runRule(rule: number, { numbers, tensors }: Answer): number[] {
  const { name, backward } = rules[rule]!;
  const gradients = tidy(() => {
    const [dy, output, ...inputs] = tensors.map((d) => new Tensor(d));
    return backward(dy!, { inputs, output: output!, wants: numbers.map(Boolean) });
  });
  if (!Array.isArray(gradients))
    throw new Error(`${name}, backward: expected a list of gradients, got ${String(gradients)}`);
  // Those made here are freed when C++ has taken them.
  const made = gradients.filter((g) => g instanceof Tensor);
  afterwards.push(...made.filter((g) => scopes.at(-1)!.includes(g)));
  return gradients.map((g) => (g ? handlesOf(`${name}, backward`, [g])[0]! : 0));
}

/** A backward pass, in which rules of JavaScript may run. */
function withRules<T>(pass: () => T): T {
  const before = afterwards;
  afterwards = [];
  scopes.push([]);
  try {
    return pass();
  } finally {
    const results = scopes.pop()!.filter((t) => !afterwards.includes(t));
    for (const gradient of afterwards) gradient.dispose();
    afterwards = before;
    scopes.at(-1)?.push(...results);
  }
}

/** What C++ knows these tensors by; `what` needs them. */
export function handlesOf(what: string, tensors: Iterable<unknown>): number[] {
  return Array.from(tensors, (t) => {
    if (!(t instanceof Tensor)) throw new Error(`${what}: expected a tensor, got ${String(t)}`);
    return t.handleFor(what);
  });
}

/** All tensors in a value: itself, or in lists and plain objects. */
function tensorsIn(value: unknown, found = new Set<Tensor>()): Set<Tensor> {
  if (value instanceof Tensor) found.add(value);
  else if (Array.isArray(value)) for (const v of value) tensorsIn(v, found);
  else if (value && Object.getPrototypeOf(value) === Object.prototype)
    for (const v of Object.values(value)) tensorsIn(v, found);
  return found;
}

export function decode(text: Uint8Array): string {
  return new TextDecoder().decode(text);
}
