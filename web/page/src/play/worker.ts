// Trains the small network step by step, and computes the plane in between.

import type * as Tensors from '../../../api/tensor/index.ts';
import {
  cells,
  type FromWorker,
  type NetworkSetting,
  type Picture,
  type ToWorker,
} from './messages.ts';
import { extent, type Point } from './setting.ts';

type Library = typeof Tensors;
type Tensor = Tensors.Tensor;

/** How long it trains before it shows the plane again. */
const sliceMilliseconds = 40;

let t: Library | undefined;
let given: { network: NetworkSetting; points: Point[] } | undefined;
let score = { temperature: 10, epsilon: 0.1 };
let isRunning = false;
let isWaiting = false;
let isDrawn = true;
let training: Training | null = null;

class Training {
  steps = 0;
  private loss = NaN;
  private readonly network: Tensors.nn.Sequential;
  private readonly optimizer: Tensors.optim.Adam;
  private readonly x: Tensor;
  private readonly labels: Tensor;
  private readonly plane: Tensor;

  constructor(
    private readonly t: Library,
    { depth, width, activation, rate, seed }: NetworkSetting,
    points: readonly Point[],
  ) {
    t.manualSeed(seed);
    const layers: Tensors.nn.Layer[] = [];
    for (let i = 0; i < depth; ++i)
      layers.push(new t.nn.Linear(i === 0 ? 2 : width, width), (x: Tensor) => x[activation]());
    this.network = new t.nn.Sequential(...layers, new t.nn.Linear(width, 2));
    this.optimizer = new t.optim.Adam(this.network, { lr: rate });
    const shape = [points.length, 2];
    this.x = t.tensor(Float32Array.from(points.flatMap(({ x, y }) => [x, y])), { shape });
    this.labels = t.tensor(Int32Array.from(points, ({ label }) => label));
    this.plane = t.tensor(middles(), { shape: [cells * cells, 2] });
  }

  step(): void {
    const { t, network, optimizer, x, labels } = this;
    t.tidy(() => {
      const loss = t.crossEntropy(network.forward(x), labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      this.loss = loss.item();
    });
    if (!Number.isFinite(this.loss)) throw new Error(`loss ${this.loss}`);
    ++this.steps;
  }

  picture(): Picture {
    const { t, network, x, labels, plane } = this;
    return t.tidy(() => {
      const softmax = t.noGrad(() => t.softmax(network.forward(plane)));
      const all = t.odinScores(network, plane, score);
      const known = t.odinScores(network, x, score);
      const right = t.sum(t.eq(t.tensor(Int32Array.from(known.labels)), labels)).item();
      return {
        steps: this.steps,
        loss: this.loss,
        accuracy: right / labels.size,
        second: softmax.select(1, 1).data() as Float32Array,
        confidence: Float32Array.from(all.msp),
        odin: Float32Array.from(all.odin),
        confidenceLimit: t.estimateThreshold(known.msp).threshold,
        odinLimit: t.estimateThreshold(known.odin).threshold,
      };
    });
  }

  dispose(): void {
    this.network.dispose();
    this.optimizer.dispose();
    for (const tensor of [this.x, this.labels, this.plane]) tensor.dispose();
  }
}

function middles(): Float32Array {
  const at = (i: number) => ((i + 0.5) / cells) * 2 * extent - extent;
  const places = new Float32Array(2 * cells * cells);
  for (let row = 0; row < cells; ++row)
    for (let column = 0; column < cells; ++column)
      places.set([at(column), -at(row)], 2 * (row * cells + column));
  return places;
}

const tell = (message: FromWorker) => postMessage(message);

function show(): void {
  if (!training) return;
  isDrawn = false;
  tell({ picture: training.picture() });
}

function begin(): void {
  training?.dispose();
  training = null;
  const both = given && new Set(given.points.map(({ label }) => label)).size === 2;
  if (t && given && both) training = new Training(t, given.network, given.points);
}

function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    isRunning = false;
    tell({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** A slice of training; the next when the page has drawn it. */
function run(): void {
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    if (!isRunning || !training || !isDrawn) return;
    const now = training;
    guarded(() => {
      const end = performance.now() + sliceMilliseconds;
      do now.step();
      while (performance.now() < end);
      show();
    });
  });
}

async function start(engine: string): Promise<void> {
  const library = (await import(/* @vite-ignore */ engine)) as Library;
  // Work on so few numbers is not faster on several threads.
  await library.load({ threads: 1 });
  t = library;
  tell({ ready: true });
  guarded(() => {
    begin();
    show();
  });
  run();
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('engine' in data)
    void start(data.engine).catch((error: unknown) => tell({ error: String(error) }));
  else if ('network' in data) {
    given = data;
    guarded(() => {
      begin();
      show();
    });
    run();
  } else if ('temperature' in data) {
    score = data;
    guarded(show);
  } else if ('step' in data) guarded(() => (training?.step(), show()));
  else {
    if ('isRunning' in data) isRunning = data.isRunning;
    else isDrawn = true;
    run();
  }
});
