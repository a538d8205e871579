import { computed, effect, signal } from '@preact/signals';
import type { Model } from '../../../api/types.ts';
import {
  defaults,
  pictureRef,
  state,
  type AppState,
  type PictureRef,
  type Setting,
} from '../state/state.ts';
import { coalesced } from './coalesced.ts';
import { engine, model, networkName, readyModel } from './engine.ts';
import { fetchExample, resultOf } from './examples.ts';
import { picture } from './picture.ts';
import { epsilons, temperatures, type Curves, type Result } from './result.ts';

/** A result, and what it is the result of. */
export interface Shown extends Setting {
  ref: PictureRef;
  /** The network's name. */
  model: string;
  result: Result;
  classes: string[];
  /** Kept from the build, since the engine is not there yet. */
  kept: boolean;
}

export const shown = signal<Shown | null>(null);
export const curves = signal<Curves | null>(null);
/** What the curves would take, where that is too long to begin unasked. */
export const curvesSeconds = signal<number | null>(null);
const askedFor = signal<AppState | null>(null);
/** Computes them all the same, at the settings of now. */
export const askForCurves = (): void => void (askedFor.value = state.peek());
/** What the engine said when it could not judge the picture. */
export const trouble = signal<string | null>(null);

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function detectNow(): Promise<void> {
  const [network, input] = [readyModel(), picture.value];
  if (!network || !input) return;
  const { temperature, epsilon, direction } = state.value;
  const setting = { temperature, epsilon, direction };
  const name = networkName.value;
  try {
    const result = await network.detect(input.data, setting);
    const { classes } = network.info;
    const { ref } = input;
    const isLate = ref !== pictureRef.peek();
    if (isLate && shown.peek() === null) return; // another picture's, which was dropped
    shown.value = { ref, ...setting, model: name, result, classes, kept: false };
    trouble.value = null;
  } catch (error) {
    if (readyModel() === network) trouble.value = message(error);
  }
}

/** In pieces, so that a newer picture does not have to wait for the end of it. */
async function sweep(network: Model, signal: AbortSignal): Promise<Curves | null> {
  const input = picture.value;
  if (!input) return null;
  const { temperature, epsilon, direction } = state.value;
  const piece = async (temperatures: number[], epsilons: number[]) => {
    const options = { temperatures, epsilons, direction, signal };
    return [...(await network.sweep(input.data, options)).scores];
  };
  const found: Curves = { temperatures, overTemperature: [], epsilons, overEpsilon: [] };
  for (const t of temperatures) found.overTemperature.push(...(await piece([t], [epsilon])));
  const size = Math.min(7, Math.max(1, Math.floor(pieceMilliseconds / detectMilliseconds.peek())));
  for (let i = 0; i < epsilons.length; i += size)
    found.overEpsilon.push(...(await piece([temperature], epsilons.slice(i, i + size))));
  return found;
}

const pieceMilliseconds = 300;
const longestUnasked = 15_000;

/** Of the network's last picture: the measure for what the curves will take. */
const detectMilliseconds = computed(() => {
  const now = shown.value;
  const isMeasured = now?.kept === false && now.model === networkName.value;
  return isMeasured ? Math.max(1, now.result.milliseconds) : 1;
});

/** One gradient for each temperature and one for all steps, and a forward pass, a third of it all, for each step. */
const curvesMilliseconds = computed(
  () => detectMilliseconds.value * (temperatures.length + epsilons.length / 3 + 1),
);

const areSlow = computed(() => curvesMilliseconds.value > longestUnasked);

/** Curves wait until nothing has changed for a while: sliders and cameras come first. */
const calmMilliseconds = 250;

/** Afterwards the engine is warm, and the picture's own time is taken again. */
function followCurves(detect: () => Promise<void>): void {
  let timer = 0;
  let running: AbortController | undefined;
  effect(() => {
    const network = readyModel();
    const isAsked = askedFor.value === state.value;
    void picture.value;
    clearTimeout(timer);
    running?.abort();
    if (!network) return;
    curvesSeconds.value = areSlow.value && !isAsked ? curvesMilliseconds.peek() / 1000 : null;
    if (curvesSeconds.peek() !== null) return;
    timer = window.setTimeout(async () => {
      const mine = (running = new AbortController());
      try {
        const found = await sweep(network, mine.signal);
        if (mine.signal.aborted) return;
        curves.value = found;
        void detect();
      } catch {
        // Stopped by a newer one, or the model is gone; detectNow() tells what is worth telling.
      }
    }, calmMilliseconds);
  });
}

/** Before the engine is there, and where it never comes: a sample at the default settings has a kept result. */
function followExamples(): void {
  let asked: PictureRef | null = null;
  effect(() => {
    const { picture: ref, temperature, epsilon, direction, model: name } = state.value;
    if (readyModel() || ref.kind !== 'sample' || ref === asked) return;
    const plain =
      name === defaults.model &&
      temperature === defaults.temperature &&
      epsilon === defaults.epsilon &&
      direction === defaults.direction;
    if (!plain) return;
    asked = ref;
    void fetchExample(ref.name).then((example) => {
      if (!example || readyModel() || state.value.picture !== ref) return;
      const { classes } = example;
      const result = resultOf(example);
      const settings = { temperature, epsilon, direction, model: name };
      shown.value = { ref, ...settings, result, classes, kept: true };
      curves.value = example.curves;
    });
  });
}

/** A drawing or noise that waits for its verdict does not stand beside that of another picture. */
function dropOthersVerdict(): void {
  effect(() => {
    const ref = pictureRef.value;
    const now = shown.peek();
    const kind = makingOf(ref);
    if (now && (kind === 'drawing' || kind === 'noise') && makingOf(now.ref) !== kind)
      shown.value = curves.value = null;
  });
}

const makingOf = (ref: PictureRef) =>
  ref.kind === 'pixels' || ref.kind === 'image' ? ref.source : ref.kind;

export function followDetection(): void {
  const detect = coalesced(detectNow);
  dropOthersVerdict();
  followExamples();
  effect(() => {
    const { temperature, epsilon, direction } = state.value;
    void [temperature, epsilon, direction, picture.value, model.value, engine.value];
    if (model.value.phase === 'ready' && picture.value) void detect();
  });
  followCurves(detect);
}
