// Training with progress, which leaves its thread free in between.

import { tensor } from './make.ts';
import type { Module } from './modules.ts';
import { argmax, crossEntropy, eq, indexSelect, slice, split, sum } from './operations.ts';
import { AdamW, type Optimizer, type Schedule } from './optim.ts';
import { engine, keep, noGrad, Tensor, tidy } from './tensor.ts';

/** Things and what they are, by numbers from 0 on. */
export interface Labelled {
  /** [N,...], as the network takes them. */
  x: Tensor;
  labels: Tensor | ArrayLike<number>;
}

export interface FitProgress {
  epoch: number;
  /** Of the whole training, from 1 on. */
  step: number;
  steps: number;
  /** Means over the epoch so far. */
  loss: number;
  accuracy: number;
}

export interface FitOptions {
  epochs?: number;
  batchSize?: number;
  /** AdamW with a learning rate of 0.001; one of some parameters alone trains only these. */
  optimizer?: Optimizer;
  /** The learning rate of each step of the whole training; that of the optimizer where there is none. */
  schedule?: Schedule;
  /** Of the order, which is that of `odin train` with this seed. */
  seed?: number;
  /** To go on with a training: so many epochs are done already. */
  from?: number;
  /** Things that nothing is learned from; their accuracy is measured after each epoch. */
  heldOut?: Labelled;
  onProgress?: (progress: FitProgress) => void;
  /** After each epoch, with how many are complete. */
  onEpoch?: (epoch: FitEpoch, epochs: number) => void;
  /** Stops after the step that runs; what is left of the epoch is not made up for. */
  signal?: { readonly aborted: boolean };
}

/** An epoch that is complete. */
export interface FitEpoch {
  loss: number;
  accuracy: number;
  /** Accuracy on what was held out; null if nothing was. */
  heldOut: number | null;
}

export interface FitResult {
  /** How many epochs are complete, those before `from` included. */
  epochs: number;
  stopped: boolean;
  history: FitEpoch[];
}

/**
 * Trains a classifier by the cross entropy, and leaves it in evaluation mode. Between its steps the
 * thread can do other things, such as hear that it is to stop. The same seed and first weights give the
 * same network. An Error when the loss is no number any more; the weights are then useless.
 */
export async function fit(
  network: Module,
  data: Labelled,
  options: FitOptions = {},
): Promise<FitResult> {
  const { epochs = 10, batchSize = 64, seed = 0, from = 0, signal } = options;
  check({ epochs, batchSize, seed, from });
  const learned = asTensors(data);
  const heldOut = options.heldOut && asTensors(options.heldOut);
  const optimizer = options.optimizer ?? new AdamW(network, { lr: 1e-3 });
  const count = learned.labels.size;
  const perEpoch = Math.ceil(count / batchSize);
  const result: FitResult = { epochs: from, stopped: false, history: [] };
  const rest = new Rest();

  while (result.epochs < epochs && !result.stopped) {
    const epoch = result.epochs;
    const batches = batchesOf(count, batchSize, seed, epoch);
    const sums = { loss: 0, right: 0, seen: 0 };
    network.train();
    for (const [i, rows] of batches.entries()) {
      const step = epoch * perEpoch + i;
      if (options.schedule) optimizer.lr = options.schedule(step);
      const found = tidy(() => trainStep(network, optimizer, learned, rows));
      if (!Number.isFinite(found.loss))
        throw new Error(
          `fit: the loss is ${found.loss} in step ${step + 1}; a lower learning rate may help`,
        );
      sums.loss += found.loss * rows.size;
      sums.right += found.right;
      sums.seen += rows.size;
      const means = { loss: sums.loss / sums.seen, accuracy: sums.right / sums.seen };
      options.onProgress?.({ epoch, step: step + 1, steps: epochs * perEpoch, ...means });
      await rest.now();
      if (signal?.aborted) break;
    }
    for (const rows of batches) rows.dispose();
    network.eval();
    result.stopped = signal?.aborted ?? false;
    if (sums.seen < count) break;
    const measured = heldOut ? accuracyOf(network, heldOut, batchSize) : null;
    const means = { loss: sums.loss / count, accuracy: sums.right / count };
    result.history.push({ ...means, heldOut: measured });
    ++result.epochs;
    options.onEpoch?.(result.history.at(-1)!, result.epochs);
  }
  if (learned.labels !== data.labels) learned.labels.dispose();
  if (heldOut && heldOut.labels !== options.heldOut!.labels) heldOut.labels.dispose();
  if (optimizer !== options.optimizer) optimizer.dispose();
  return result;
}

function check(numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers))
    if (!Number.isSafeInteger(value) || value < (name === 'batchSize' ? 1 : 0))
      throw new Error(`fit: expected a whole number as ${name}, got ${value}`);
}

function asTensors({ x, labels }: Labelled): { x: Tensor; labels: Tensor } {
  const numbers = labels instanceof Tensor ? labels : tensor(Int32Array.from(labels));
  if (!(x instanceof Tensor) || !x.shape[0] || numbers.size !== x.shape[0])
    throw new Error(
      `fit: expected a label for each of the things x [N,...], got ${numbers.size} labels and ` +
        `${x instanceof Tensor ? `[${x.shape}]` : String(x)}`,
    );
  return { x, labels: numbers };
}

/** The positions of each batch of an epoch. */
function batchesOf(count: number, batchSize: number, seed: number, epoch: number): Tensor[] {
  const [order] = engine().run('permutation', [count, seed, 2 * epoch]).tensors;
  return tidy(() => split(new Tensor(order!), batchSize).map(keep));
}

function trainStep(
  network: Module,
  optimizer: Optimizer,
  { x, labels }: { x: Tensor; labels: Tensor },
  rows: Tensor,
): { loss: number; right: number } {
  const logits = network.forward(indexSelect(x, 0, rows));
  const given = indexSelect(labels, 0, rows);
  const loss = crossEntropy(logits, given);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return { loss: loss.item(), right: sum(eq(argmax(logits), given)).item() };
}

function accuracyOf(
  network: Module,
  { x, labels }: { x: Tensor; labels: Tensor },
  batchSize: number,
): number {
  let right = 0;
  for (let first = 0; first < labels.size; first += batchSize)
    right += tidy(() => {
      const some = (t: Tensor) => slice(t, 0, first, first + batchSize);
      const logits = noGrad(() => network.forward(some(x)));
      return sum(eq(argmax(logits), some(labels))).item();
    });
  return right / labels.size;
}

/** Gives the thread to others, but not more often than they can notice. */
class Rest {
  private last = performance.now();

  async now(): Promise<void> {
    if (performance.now() - this.last < 20) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.last = performance.now();
  }
}
