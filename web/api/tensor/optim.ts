// Optimizers and learning rates.

import { Module, type StateDict } from './modules.ts';
import { decode, engine, handlesOf, Tensor } from './tensor.ts';

type Parameters = Module | readonly Tensor[];

function handlesFor(what: string, parameters: Parameters): number[] {
  if (!(parameters instanceof Module) && !Array.isArray(parameters))
    throw new Error(`${what}: expected a module or a list of tensors, got ${String(parameters)}`);
  return handlesOf(what, parameters instanceof Module ? parameters.parameters() : parameters);
}

const forgotten = new FinalizationRegistry<number>((id) => engine().run('freeOptimizer', [id]));

/** Changes leaves by their gradients: backward(), step(), zeroGrad(). */
export abstract class Optimizer {
  private readonly id: number;

  /** `lr`, the learning rate, may be changed at any time. */
  protected constructor(
    id: number,
    public lr: number,
  ) {
    this.id = id;
    forgotten.register(this, id, this);
  }

  /** Leaves without a gradient do not change. */
  step(): void {
    if (!Number.isFinite(this.lr))
      throw new Error(`step: expected a number as the learning rate lr, got ${this.lr}`);
    engine().run('optimizerStep', [this.id, this.lr]);
  }

  zeroGrad(): void {
    engine().run('optimizerZeroGrad', [this.id]);
  }

  /** Copies of what it remembers of the steps, for a training that is to go on later. */
  stateDict(): StateDict {
    const { tensors, text } = engine().run('optimizerState', [this.id]);
    const names = JSON.parse(decode(text)) as string[];
    return Object.fromEntries(tensors.map((t, i) => [names[i]!, new Tensor(t)]));
  }

  /** Goes on from a stateDict() of an optimizer of the same kind and parameters. */
  loadStateDict(state: StateDict): void {
    const handles = handlesOf('loadStateDict', Object.values(state));
    engine().run('loadOptimizerState', [this.id, handles], JSON.stringify(Object.keys(state)));
  }

  dispose(): void {
    forgotten.unregister(this);
    engine().run('freeOptimizer', [this.id]);
  }
}

export interface SGDOptions {
  lr: number;
  momentum?: number;
  nesterov?: boolean;
  weightDecay?: number;
  /** Whether biases and scales decay too, as in PyTorch. */
  decayNorms?: boolean;
}

/** Stochastic gradient descent as in PyTorch. */
export class SGD extends Optimizer {
  constructor(parameters: Parameters, options: SGDOptions = { lr: NaN }) {
    const { lr, momentum = 0, nesterov = false, weightDecay = 0, decayNorms = true } = options;
    const handles = handlesFor('SGD', parameters);
    const args = [handles, momentum, Number(nesterov), weightDecay, Number(decayNorms)];
    super(engine().run('makeSgd', args).numbers[0]!, lr);
  }
}

export interface AdamOptions {
  lr?: number;
  betas?: [number, number];
  eps?: number;
  weightDecay?: number;
}

function makeAdam(parameters: Parameters, options: AdamOptions, decoupled: boolean): number {
  const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = decoupled ? 0.01 : 0 } = options;
  const handles = handlesFor('Adam', parameters);
  const args = [handles, betas[0], betas[1], eps, weightDecay, Number(decoupled)];
  return engine().run('makeAdam', args).numbers[0]!;
}

/** Kingma & Ba 2015, as in PyTorch. */
export class Adam extends Optimizer {
  constructor(parameters: Parameters, options: AdamOptions = {}) {
    super(makeAdam(parameters, options, false), options.lr ?? 1e-3);
  }
}

/** Adam whose weight decay is a step of its own (Loshchilov & Hutter 2019). */
export class AdamW extends Optimizer {
  constructor(parameters: Parameters, options: AdamOptions = {}) {
    super(makeAdam(parameters, options, true), options.lr ?? 1e-3);
  }
}

/** Scales all gradients so that their norm is at most `maxNorm`; returns what it was. */
export function clipGradNorm(parameters: Parameters, maxNorm: number): number {
  return engine().run('clipGradNorm', [handlesFor('clipGradNorm', parameters), maxNorm])
    .numbers[0]!;
}

/** The learning rate of step 0, 1, ... of `total`. */
export type Schedule = (step: number) => number;

interface ScheduleOptions {
  lr: number;
  total: number;
  /** So many steps at first, in which the learning rate rises. */
  warmup?: number;
}

function schedule(
  kind: number,
  options: ScheduleOptions,
  own: number[],
  milestones: number[] = [],
) {
  const [a = 0, b = 0, c = 0] = own;
  const args = [kind, options.lr, options.total, options.warmup ?? 0, a, b, c, milestones];
  return (step: number) => engine().run('learningRate', [...args, step]).numbers[0]!;
}

/** Multiplied by `gamma` at each milestone, a fraction of the total. */
export function stepSchedule(
  options: ScheduleOptions & { milestones?: number[]; gamma?: number },
): Schedule {
  return schedule(0, options, [options.gamma ?? 0.1], options.milestones ?? [0.5, 0.75]);
}

/** Down along half a cosine to `last`. */
export function cosineSchedule(options: ScheduleOptions & { last?: number }): Schedule {
  return schedule(1, options, [options.last ?? 0]);
}

/** Up to `lr` and down, as PyTorch's OneCycleLR. */
export function oneCycleSchedule(
  options: Omit<ScheduleOptions, 'warmup'> & {
    pctStart?: number;
    divFactor?: number;
    finalDivFactor?: number;
  },
): Schedule {
  const { pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  return schedule(2, options, [pctStart, divFactor, finalDivFactor]);
}
