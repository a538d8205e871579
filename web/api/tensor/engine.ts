// The WebAssembly side of tensors: calls of C++ (web/tensor/calls.h) through one array of numbers.

import { hasThreads, machineThreads, obstacle, simdOf, variants } from '../features.ts';
import { engineFiles, type Address } from '../files.ts';
import { mostMegabytes, sharedMemory } from '../memory.ts';
import { startModule } from '../modules.ts';
import { refuseForbidden } from '../policy.ts';
import type { Variant } from '../variant.ts';

export interface LoadOptions {
  /** As many as the machine has (8 at most) where threads can be had; on a page's own thread 1. */
  threads?: number;
  /** Asks for one build instead of the best that runs here. */
  variant?: Variant;
  /** Where the .wasm files lie; beside tensor.js by default. */
  baseUrl?: Address;
  /** Of random numbers; 0 by default. */
  seed?: number;
}

export interface TensorEngineInfo {
  variant: Variant;
  threads: number;
  simd: 'none' | 'simd128' | 'relaxed';
  /** Why not a faster build. */
  reason: string;
}

/** A Worker; these types hold without the DOM library. */
interface ThreadWorker {
  addEventListener(type: 'message', listener: (e: object) => void, options: { once: true }): void;
}

interface Wasm {
  wasmMemory: { readonly buffer: ArrayBufferLike };
  _odin_scratch(): number;
  _odin_text(bytes: number): number;
  _odin_find(): number;
  _odin_call(f: number): number;
  _odin_release(handle: number): void;
  configure(request: object): void;
  /** Of the builds with threads. */
  PThread?: { pthreads: Record<number, ThreadWorker> };
  /** Called by C++ to run the gradient rule of an operation of JavaScript. */
  rule: (rule: number) => number;
}

/** What a call answered. */
export interface Answer {
  numbers: number[];
  tensors: Description[];
  text: Uint8Array;
}

export interface Description {
  handle: number;
  dtype: number;
  requiresGrad: boolean;
  shape: number[];
}

const scratchSize = 1 << 16;
/** Milliseconds after which work goes on with the threads that there are. */
const startLimit = 3000;

export class Engine {
  private readonly memory: Wasm['wasmMemory'];
  private readonly scratchAddress: number;
  private view: Float64Array;
  private readonly numbersOf = new Map<string, number>();
  private threadsStarted: Promise<void> | undefined;
  /** An error of JavaScript that C++ passed on. */
  private thrown: unknown;

  constructor(
    private readonly wasm: Wasm,
    readonly info: TensorEngineInfo,
    runRule: (rule: number, given: Answer) => number[],
  ) {
    this.memory = wasm.wasmMemory;
    this.scratchAddress = wasm._odin_scratch();
    this.view = new Float64Array(this.memory.buffer, this.scratchAddress, scratchSize);
    wasm.rule = (rule) => {
      try {
        const handles = runRule(rule, this.answer());
        this.scratch.set(handles);
        return handles.length;
      } catch (e) {
        this.thrown = e;
        return -1;
      }
    };
  }

  /** Memory that has grown has a new buffer. */
  get scratch(): Float64Array {
    if (this.view.buffer !== this.memory.buffer)
      this.view = new Float64Array(this.memory.buffer, this.scratchAddress, scratchSize);
    return this.view;
  }

  get buffer(): ArrayBufferLike {
    return this.memory.buffer;
  }

  /**
   * Threads begin when work is first shared. Browsers start a worker's workers only while it rests,
   * which a training may never do: this waits for them, after work that is shared.
   */
  startThreads(sharedWork: () => void): Promise<void> {
    return (this.threadsStarted ??= this.threadsAfter(sharedWork));
  }

  private async threadsAfter(sharedWork: () => void): Promise<void> {
    sharedWork();
    const begun = Object.values(this.wasm.PThread?.pthreads ?? {}).map(
      (worker) => new Promise((done) => worker.addEventListener('message', done, { once: true })),
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise((done) => (timer = setTimeout(done, startLimit)));
    await Promise.race([Promise.all(begun), tooLate]);
    clearTimeout(timer);
  }

  /** The number of the C++ function with this name. */
  find(name: string): number {
    let number = this.numbersOf.get(name);
    if (number === undefined) {
      this.writeText(name);
      number = this.wasm._odin_find();
      if (number < 0) throw new Error(`odin: the engine has no function '${name}'`);
      this.numbersOf.set(name, number);
    }
    return number;
  }

  /** Runs a function whose arguments are in the scratch; its answer is there afterwards. */
  call(number: number): void {
    this.thrown = undefined;
    if (this.wasm._odin_call(number) === 0) return;
    if (this.thrown !== undefined) throw this.thrown;
    throw new Error(new TextDecoder().decode(this.readText()));
  }

  /** For functions that are not called often: arguments in, everything out. */
  run(name: string, args: readonly (number | readonly number[])[] = [], text?: Text): Answer {
    const number = this.find(name);
    if (text !== undefined) this.writeText(text);
    const flat = args.flatMap((a) => (typeof a === 'number' ? a : [a.length, ...a]));
    if (flat.length > scratchSize)
      throw new Error(`${name}: ${flat.length} arguments, at most ${scratchSize} are possible`);
    this.scratch.set(flat);
    this.call(number);
    return this.answer();
  }

  answer(): Answer {
    const scratch = this.scratch;
    const text = scratch[0] === 0 ? new Uint8Array() : this.readText();
    let at = 4 + scratch[2]!;
    const numbers = Array.from(scratch.subarray(4, at));
    const tensors: Description[] = [];
    for (let left = scratch[3]!; left > 0; --left) {
      tensors.push(this.describe(at));
      at += 4 + scratch[at + 3]!;
    }
    return { numbers, tensors, text };
  }

  /** The tensor whose description begins there; that of an answer with one tensor alone begins at 4. */
  describe(at: number): Description {
    const scratch = this.scratch;
    const rank = scratch[at + 3]!;
    const shape = new Array<number>(rank);
    for (let i = 0; i < rank; ++i) shape[i] = scratch[at + 4 + i]!;
    return {
      handle: scratch[at]!,
      dtype: scratch[at + 1]!,
      requiresGrad: scratch[at + 2] !== 0,
      shape,
    };
  }

  release(handle: number): void {
    this.wasm._odin_release(handle);
  }

  /** A copy, since decoders do not take shared memory. */
  private readText(): Uint8Array {
    const [address, length] = this.scratch;
    return new Uint8Array(this.memory.buffer, address, length).slice();
  }

  private writeText(text: Text): void {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const address = this.wasm._odin_text(bytes.length);
    new Uint8Array(this.memory.buffer, address, bytes.length).set(bytes);
  }
}

type Text = string | Uint8Array;

/** A page's own thread must not wait for others. */
const isPage = typeof document !== 'undefined';

export async function startEngine(
  options: LoadOptions,
  runRule: (rule: number, given: Answer) => number[],
): Promise<Engine> {
  const wanted = isPage ? 1 : Math.max(1, Math.floor(options.threads ?? (await machineThreads())));
  const reasons: string[] = isPage ? ['a page’s own thread has no others'] : [];
  for (const variant of options.variant ? [options.variant] : variants) {
    const useless = !options.variant && hasThreads(variant) && wanted === 1;
    let reason = obstacle(variant) || (useless ? 'there is one thread to work with' : '');
    try {
      if (!reason) {
        const threads = hasThreads(variant) ? wanted : 1;
        const why = reasons.join('; ') || (options.variant ? 'asked for' : 'the fastest build');
        const info = { variant, threads, simd: simdOf(variant), reason: why };
        return new Engine(await instantiate(variant, threads, options), info, runRule);
      }
    } catch (e) {
      refuseForbidden((e as Error).message);
      reason = `${variant}: ${(e as Error).message}`;
    }
    if (!reasons.includes(reason)) reasons.push(reason);
  }
  throw new Error(`odin: the engine cannot run here: ${reasons.join('; ')}`);
}

async function instantiate(
  variant: Variant,
  threads: number,
  { baseUrl }: LoadOptions,
): Promise<Wasm> {
  const shared = hasThreads(variant) ? sharedMemory() : null;
  const wasm = await startModule<Wasm>(engineFiles(variant, baseUrl).full, shared?.memory);
  wasm.configure({ threads, megabytes: shared?.megabytes ?? mostMegabytes });
  return wasm;
}
