// Teaches and judges off the page's thread, with tensors of odin's own engine.

import { adopt, judge, learn, reduced, Stopped, type Taught, type TensorLibrary } from './learn.ts';
import type { FromWorker, TaskName, Tasks, ToWorker } from './messages.ts';

let library: TensorLibrary | undefined;
let base: Uint8Array | undefined;
/** The shipped network, which pictures are made small for. */
let shipped: Taught['network'] | undefined;
let taught: Taught | undefined;
let signal = { aborted: false };

const tell = (message: FromWorker) => postMessage(message);

async function start({
  engine,
  model,
}: Tasks['start']['asks']): Promise<Tasks['start']['answers']> {
  const [loaded, response] = await Promise.all([
    import(/* @vite-ignore */ engine) as Promise<TensorLibrary>,
    fetch(model),
  ]);
  if (!response.ok) throw new Error(`${model}: HTTP ${response.status}`);
  const { threads, reason } = await loaded.load({ seed: 1 });
  base = new Uint8Array(await response.arrayBuffer());
  shipped = loaded.nn.Network.read(base);
  library = loaded;
  return { threads, reason };
}

async function teach(given: Tasks['learn']['asks']): Promise<Tasks['learn']['answers']> {
  signal = { aborted: false };
  try {
    const { lesson, file, ...made } = await learn(
      library!,
      base!,
      given.classes,
      given.checkpoint,
      {
        onProgress: (progress) => tell({ progress }),
        onCheckpoint: (checkpoint) => tell({ checkpoint }),
        signal,
      },
    );
    taught?.network.dispose();
    taught = made.taught;
    return { lesson, file };
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  }
}

const tasks: { [N in TaskName]: (given: Tasks[N]['asks']) => unknown } = {
  start,
  reduce: (pictures) => pictures.map((picture) => reduced(library!, shipped!, picture)),
  learn: teach,
  judge: (seen) => {
    if (!taught) throw new Error('nothing has been taught yet');
    return judge(library!, taught, seen);
  },
  adopt: (file) => {
    const made = adopt(library!, file);
    taught?.network.dispose();
    taught = made;
    return { classes: made.classes, threshold: made.threshold };
  },
};

async function answer(message: Exclude<ToWorker, { stop: true }>): Promise<void> {
  const { id, task, given } = message;
  try {
    const result = (await tasks[task](given as never)) as Tasks[TaskName]['answers'];
    tell({ id, result });
  } catch (error) {
    tell({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('stop' in data) signal.aborted = true;
  else void answer(data);
});
