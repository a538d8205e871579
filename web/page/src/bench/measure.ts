import type { Load, Model, Odin } from '../../../api/types.ts';
import type { Build, Plan } from './plan.ts';
import { buildName, median, type Report, type Row, type Task } from './report.ts';

/** The engine's files are plain files beside the page. */
export async function engineLoader(): Promise<Load> {
  const address = new URL('engine/odin.js', document.baseURI).href;
  return ((await import(/* @vite-ignore */ address)) as { load: Load }).load;
}

export interface Progress {
  /** From 0 to 1. */
  share: number;
  doing: string;
  report: Report;
}

const aim = 1500; // milliseconds of each task
const mostRepeats = 50;
const tasks: readonly Task[] = ['forward', 'odin'];

/** Measures what is planned, telling of every result; ends early, with what it has, when the signal says so. */
export async function measure(
  plan: Plan,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<Report> {
  const report: Report = {
    date: new Date().toISOString(),
    machine: {
      browser: navigator.userAgent,
      processors: navigator.hardwareConcurrency,
      isolated: crossOriginIsolated,
      version: '',
    },
    coldStart: null,
    rows: [],
    skipped: [],
    finished: false,
  };
  const load = await engineLoader();
  const total = plan.builds.length * plan.architectures.length * tasks.length + 1;
  let done = 0;
  const step = (doing: string) => tell({ share: done++ / total, doing, report });

  step('cold start');
  report.coldStart = await coldStart(load, plan.coldStarts, signal);
  for (const build of plan.builds) {
    if (signal.aborted) return report;
    const odin = await start(load, build, report);
    if (!odin) {
      done += plan.architectures.length * tasks.length;
      continue;
    }
    report.machine.version = odin.info.version;
    try {
      for (const architecture of plan.architectures) {
        const model = await odin.model({ architecture });
        for (const task of tasks) {
          if (signal.aborted) return report;
          step(`${architecture} ${task}, ${buildName(build)}`);
          report.rows.push(await row(model, architecture, task, build, plan.repeats));
        }
        model.dispose();
      }
    } finally {
      odin.dispose();
    }
  }
  report.finished = true;
  return report;
}

/** The build in an engine of its own; null, with the reason noted, when it does not run here. */
async function start(load: Load, build: Build, report: Report): Promise<Odin | null> {
  try {
    return await load({ variant: build.variant, threads: build.threads });
  } catch (error) {
    const reason = (error as Error).message.replace(/^odin: the engine cannot run here: /, '');
    report.skipped.push({ build: buildName(build), reason });
    return null;
  }
}

async function row(
  model: Model,
  architecture: string,
  task: Task,
  build: Build,
  least: number,
): Promise<Row> {
  // V8 compiles the kernels anew while they run for the first time: the first runs only say how long one takes.
  const first = await model.bench(task, { repeats: 3 });
  const fits = Math.round(aim / median(first.milliseconds));
  const repeats = Math.min(Math.max(least, fits), Math.max(least, mostRepeats));
  const { milliseconds } = await model.bench(task, { repeats });
  return {
    architecture,
    task,
    ...build,
    min: Math.min(...milliseconds),
    median: median(milliseconds),
    repeats,
  };
}

async function coldStart(load: Load, times: number, signal: AbortSignal) {
  const taken: number[] = [];
  let build = '';
  for (let i = 0; i < times && !signal.aborted; i++) {
    const from = performance.now();
    const odin = await load();
    const model = await odin.model(
      new URL('models/densenet-bc-40-12-cifar10.safetensors', document.baseURI),
    );
    await model.detect(new Float32Array(3 * 32 * 32).fill(0.5));
    taken.push(performance.now() - from);
    build = buildName(odin.info);
    odin.dispose();
  }
  const [first] = taken;
  return first === undefined ? null : { first, median: median(taken), build };
}
