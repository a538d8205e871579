// Teaches a shipped network other classes: its body stays as it is, a new last layer learns from its
// features, and what lies far from all that was learned is told by its distance to it (KNN, Sun et
// al. 2022).

import type * as Tensors from '../../../../api/tensor/index.ts';
import { changed, copies, planesOf, randomNumbers } from './pictures.ts';
import { split } from './split.ts';
import type {
  Checkpoint,
  Confusion,
  CurvePoint,
  Judged,
  Lesson,
  Progress,
  TaughtClass,
} from './types.ts';

export type TensorLibrary = typeof Tensors;
type Network = Tensors.nn.Network;
type Tensor = Tensors.Tensor;

/** Few neighbours, since few pictures are taught. */
export const method = 'knn:k=5';
const epochs = 24;
const [temperature, epsilon] = [1000, 0.0014];

export interface Hooks {
  onProgress: (progress: Progress) => void;
  onCheckpoint: (checkpoint: Checkpoint) => void;
  signal: { aborted: boolean };
}

/** A network that was taught, with all that it is judged by. */
export interface Taught {
  network: Network;
  classes: string[];
  threshold: number;
  mean: number[];
  std: number[];
}

export class Stopped extends Error {}

const listIn = (network: Network, key: string): number[] =>
  JSON.parse(network.metadata[key] ?? '[]') as number[];

interface Examples {
  pictures: Uint8Array[];
  labels: number[];
}

function examplesOf(classes: readonly TaughtClass[]): { learned: Examples; heldOut: Examples } {
  const learned: Examples = { pictures: [], labels: [] };
  const heldOut: Examples = { pictures: [], labels: [] };
  const random = randomNumbers(1);
  classes.forEach(({ pictures }, label) => {
    const places = split(pictures.length);
    for (const i of places.learned) {
      const all = [pictures[i]!];
      for (let copy = 0; copy < copies; ++copy) all.push(changed(pictures[i]!, random));
      learned.pictures.push(...all);
      learned.labels.push(...all.map(() => label));
    }
    for (const i of places.heldOut) {
      heldOut.pictures.push(pictures[i]!);
      heldOut.labels.push(label);
    }
  });
  return { learned, heldOut };
}

/** Gives the thread to messages that wait. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Of all pictures; where memory runs out, with smaller batches. */
async function featuresOf(
  t: TensorLibrary,
  { network, mean, std }: Pick<Taught, 'network' | 'mean' | 'std'>,
  pictures: readonly Uint8Array[],
  onDone: (count: number) => void,
  signal: { aborted: boolean },
): Promise<Tensor> {
  const parts: Tensor[] = [];
  let batch = 32;
  for (let first = 0; first < pictures.length;) {
    const some = pictures.slice(first, first + batch);
    try {
      parts.push(
        t.tidy(() => {
          const x = t.tensor(planesOf(some, mean, std), { shape: [some.length, 3, 32, 32] });
          return t.noGrad(() => network.features(x).features);
        }),
      );
    } catch (error) {
      if (batch === 1 || !/out of memory/.test(String(error))) throw error;
      batch = Math.max(1, batch >> 1);
      continue;
    }
    first += some.length;
    onDone(some.length);
    await rest();
    if (signal.aborted) throw new Stopped();
  }
  const all = t.cat(parts);
  for (const part of parts) part.dispose();
  return all;
}

/** The last layer alone, on features. */
function lastLayer(t: TensorLibrary, [weight, bias]: Tensor[]): Tensors.nn.Module {
  class LastLayer extends t.nn.Module {
    readonly weight = weight!;
    readonly bias = bias!;
    forward(x: Tensor): Tensor {
      return t.linear(x, this.weight, this.bias);
    }
  }
  return new LastLayer();
}

function disposeAll(state: Record<string, Tensor>): void {
  for (const tensor of Object.values(state)) tensor.dispose();
}
const withPrefix = (state: Record<string, Tensor>, prefix: string) =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [prefix + name, value]));
const ofPrefix = (state: Record<string, Tensor>, prefix: string) =>
  Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );

/** What comes of a network, its pictures and a new last layer. */
interface Outcome {
  taught: Taught;
  lesson: Lesson;
  file: Uint8Array;
}

export async function learn(
  t: TensorLibrary,
  base: Uint8Array,
  classes: readonly TaughtClass[],
  checkpoint: Checkpoint | null,
  hooks: Hooks,
): Promise<Outcome> {
  const start = performance.now();
  const shipped = t.nn.Network.read(base);
  const [mean, std] = [listIn(shipped, 'mean'), listIn(shipped, 'std')];
  const { network, head } = shipped.withNewHead(classes.length, { seed: 1 });
  shipped.dispose();
  const taught = { network, classes: classes.map(({ name }) => name), threshold: NaN, mean, std };
  try {
    const found = await teachOn(t, taught, head, examplesOf(classes), checkpoint, hooks);
    found.lesson.seconds = (performance.now() - start) / 1000;
    return found;
  } catch (error) {
    network.dispose();
    throw error;
  }
}

async function teachOn(
  t: TensorLibrary,
  taught: Taught,
  head: Tensor[],
  { learned, heldOut }: ReturnType<typeof examplesOf>,
  checkpoint: Checkpoint | null,
  hooks: Hooks,
): Promise<Outcome> {
  const { network, classes, mean, std } = taught;
  const curve: CurvePoint[] = [...(checkpoint?.curve ?? [])];
  const total = learned.pictures.length + heldOut.pictures.length;
  let looked = 0;
  const look = (count: number) =>
    hooks.onProgress({ stage: 'looking', done: (looked += count), total, curve });
  const seen = await featuresOf(t, taught, learned.pictures, look, hooks.signal);
  const unseen = await featuresOf(t, taught, heldOut.pictures, look, hooks.signal);

  const layer = lastLayer(t, head);
  const examples = { x: seen, labels: learned.labels };
  await train(t, layer, examples, { x: unseen, labels: heldOut.labels }, checkpoint, curve, hooks);
  const rows = (features: Tensor) => ({
    features,
    logits: t.noGrad(() => layer.forward(features)),
  });
  const [bank, judged] = [rows(seen), rows(unseen)];
  network.setBank(bank);
  const known = network.scores(judged, [method])[0]!;
  const { threshold, low, high } = t.estimateThreshold(known);
  network.setThresholds({ [method]: threshold });
  const guesses = Array.from(t.argmax(judged.logits).data() as BigInt64Array, Number);
  const right = guesses.filter((guess, i) => guess === heldOut.labels[i]).length;
  const file = network.write({
    ...{ classes, mean, std, temperature, epsilon },
    threshold: odinThreshold(t, taught, heldOut.pictures),
  });
  for (const tensor of [seen, unseen, bank.logits, judged.logits]) tensor.dispose();
  const lesson: Lesson = {
    classes,
    learned: learned.pictures.length / (1 + copies),
    heldOut: heldOut.pictures.length,
    accuracy: right / guesses.length,
    ...{ threshold, low, high, known, curve },
    confusions: confusions(classes, guesses, heldOut.labels),
    seconds: 0,
  };
  return { taught: { ...taught, threshold }, lesson, file };
}

/** The last layer, from the checkpoint on if there is one; adds to the curve after each round. */
async function train(
  t: TensorLibrary,
  layer: Tensors.nn.Module,
  learned: Tensors.Labelled,
  heldOut: Tensors.Labelled,
  checkpoint: Checkpoint | null,
  curve: CurvePoint[],
  { onProgress, onCheckpoint, signal }: Hooks,
): Promise<void> {
  const optimizer = new t.optim.AdamW(layer, { lr: 0.02 });
  if (checkpoint) {
    const { tensors } = t.readSafetensors(checkpoint.state);
    layer.loadStateDict(ofPrefix(tensors, 'layer.'));
    optimizer.loadStateDict(ofPrefix(tensors, 'optimizer.'));
    disposeAll(tensors);
  }
  const { stopped } = await t.fit(layer, learned, {
    ...{ epochs, batchSize: 32, seed: 1, optimizer, signal, heldOut },
    from: checkpoint?.epochs ?? 0,
    onEpoch: ({ accuracy, heldOut: share }, done) => {
      curve.push({ learned: accuracy, heldOut: share ?? 0 });
      onProgress({ stage: 'learning', done, total: epochs, curve });
      if (done % 4 !== 0) return;
      const ofOptimizer = optimizer.stateDict();
      const state = {
        ...withPrefix(layer.stateDict(), 'layer.'),
        ...withPrefix(ofOptimizer, 'optimizer.'),
      };
      onCheckpoint({ epochs: done, state: t.writeSafetensors(state), curve: [...curve] });
      disposeAll(ofOptimizer);
    },
  });
  optimizer.dispose();
  if (stopped) throw new Stopped();
}

/** For those who read the file: `odin detect` judges by ODIN's score where it is told no other. */
function odinThreshold(t: TensorLibrary, { network, mean, std }: Taught, pictures: Uint8Array[]) {
  const some = pictures.slice(0, 60);
  const scores = t.tidy(() => {
    const x = t.tensor(planesOf(some, mean, std), { shape: [some.length, 3, 32, 32] });
    const step = t.tensor(
      std.map((deviation) => epsilon / deviation),
      { shape: [1, std.length, 1, 1] },
    );
    return t.odinScores(network, x, { temperature, epsilon: step }).odin;
  });
  return t.estimateThreshold(scores).threshold;
}

/** Pairs of which more than a quarter of the held-out pictures are taken for the other one. */
export function confusions(names: string[], guesses: number[], labels: number[]): Confusion[] {
  const found: Confusion[] = [];
  for (let a = 0; a < names.length; ++a)
    for (let b = a + 1; b < names.length; ++b) {
      const both = labels.filter((label) => label === a || label === b).length;
      const wrong = labels.filter(
        (label, i) => (label === a && guesses[i] === b) || (label === b && guesses[i] === a),
      ).length;
      const share = both > 0 ? wrong / both : 0;
      if (share > 0.25) found.push({ first: names[a]!, second: names[b]!, share });
    }
  return found;
}

/** A network from a file that was saved here. */
export function adopt(t: TensorLibrary, file: Uint8Array): Taught {
  const network = t.nn.Network.read(file);
  const record = JSON.parse(network.metadata['fit'] ?? '{}') as {
    thresholds?: Record<string, number>;
  };
  const threshold = record.thresholds?.[method];
  if (threshold === undefined) {
    network.dispose();
    throw new Error(`no threshold of ${method}: this page has not taught it`);
  }
  const classes = JSON.parse(network.metadata['classes'] ?? '[]') as string[];
  return {
    network,
    classes,
    threshold,
    mean: listIn(network, 'mean'),
    std: listIn(network, 'std'),
  };
}

export function judge(t: TensorLibrary, taught: Taught, seen: Uint8Array): Judged {
  return t.tidy(() => {
    const x = t.tensor(planesOf([seen], taught.mean, taught.std), { shape: [1, 3, 32, 32] });
    const found = t.noGrad(() => taught.network.features(x));
    const probabilities = Array.from(t.softmax(found.logits).data() as Float32Array);
    const score = taught.network.scores(found, [method])[0]![0]!;
    const label = probabilities.indexOf(Math.max(...probabilities));
    return { label, probabilities, score, verdict: score > taught.threshold ? 'in' : 'out', seen };
  });
}

/** A picture of any size as it is kept: 32x32, by the filter that the program has. */
export function reduced(
  t: TensorLibrary,
  network: Network,
  { width, height, data }: { width: number; height: number; data: Uint8ClampedArray },
): Uint8Array {
  const planes = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; ++i)
    for (let c = 0; c < 3; ++c) planes[c * width * height + i] = data[4 * i + c]! / 255;
  return t.tidy(() => {
    const small = network.fitPicture(t.tensor(planes, { shape: [3, height, width] }));
    const values = small.data() as Float32Array;
    const size = values.length / 3;
    const rgb = new Uint8Array(values.length);
    for (let i = 0; i < size; ++i)
      for (let c = 0; c < 3; ++c)
        rgb[3 * i + c] = Math.round(255 * Math.min(1, Math.max(0, values[c * size + i]!)));
    return rgb;
  });
}
