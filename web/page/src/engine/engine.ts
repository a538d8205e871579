import { computed, effect, signal } from '@preact/signals';
import type { Load, Model, Odin } from '../../../api/types.ts';
import type { Place } from '../state/notices.ts';
import { state, update, defaults } from '../state/state.ts';
import { isShipped } from '../shipped/models.ts';
import { side } from '../pictures/pixels.ts';

export type EngineStatus =
  | { phase: 'starting' }
  | { phase: 'ready'; odin: Odin }
  | { phase: 'failed'; cause: 'unsupported' | 'download'; detail: string };

export type ModelStatus =
  | { phase: 'waiting' }
  | { phase: 'loading'; name: string; loaded: number; total: number }
  | { phase: 'ready'; name: string; model: Model }
  | {
      phase: 'failed';
      name: string;
      cause: 'download' | 'too-large' | 'invalid' | 'format';
      detail: string;
      place: Place;
    };

export const engine = signal<EngineStatus>({ phase: 'starting' });
export const model = signal<ModelStatus>({ phase: 'waiting' });

/** Larger files than this are not even opened: the browser's memory is not ours. */
export const largestModel = 256 * 1024 * 1024;

export const readyModel = (): Model | null =>
  model.value.phase === 'ready' ? model.value.model : null;

/** What a network sees; squares of 32x32 where it takes any size, or before there is one. */
export function inputOf(network: Model | null): {
  channels: number;
  height: number;
  width: number;
} {
  const [channels, height, width] = network?.info.input ?? [3, null, null];
  return { channels, height: height ?? side, width: width ?? side };
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

declare global {
  interface Window {
    /** The first attempt, which index.html has begun. */
    odinStart: Promise<Odin>;
    /** Fulfilled when its worker runs, or has had time enough. */
    odinWorker: Promise<void>;
  }
}

let attempts = 0;

/**
 * The engine's files are plain files beside the page, so that they can be loaded without a bundler.
 * Browsers remember a module that could not be fetched by its address, so every attempt has its own.
 */
async function loadEngine(): Promise<Odin> {
  if (attempts++ === 0) return window.odinStart;
  const address = new URL(`engine/odin.js?attempt=${attempts}`, document.baseURI).href;
  const { load } = (await import(/* @vite-ignore */ address)) as { load: Load };
  return load();
}

export async function startEngine(): Promise<void> {
  if (typeof WebAssembly !== 'object' || typeof Worker !== 'function') {
    const detail = typeof Worker !== 'function' ? 'no workers' : 'no WebAssembly';
    engine.value = { phase: 'failed', cause: 'unsupported', detail };
    return;
  }
  engine.value = { phase: 'starting' };
  try {
    engine.value = { phase: 'ready', odin: await loadEngine() };
  } catch (error) {
    const detail = text(error);
    const isLacking = /no WebAssembly|too old/.test(detail);
    engine.value = { phase: 'failed', cause: isLacking ? 'unsupported' : 'download', detail };
    return;
  }
  const name = linkedModel();
  await loadModel(name, addressOf(name), false);
}

/** The link's model where it is one of ours; a visitor's own file cannot come with a link. */
function linkedModel(): string {
  return state.value.model.endsWith('.safetensors') ? defaults.model : state.value.model;
}

/** Of a shipped model's file. */
export const addressOf = (name: string) => new URL(`models/${name}.safetensors`, document.baseURI);

/** With the model's own settings in place of those there were. */
export async function chooseShippedModel(name: string): Promise<boolean> {
  failurePlace = 'page';
  return loadModel(name, addressOf(name), true);
}

/** Keeps the model there was when the file is none; what is wrong is said at `place`. */
export async function loadOwnModel(file: File, place: Place = 'page'): Promise<boolean> {
  if (engine.peek().phase !== 'ready') return false;
  failure.value = null;
  failurePlace = place;
  if (/\.safetensors$/i.test(file.name)) return loadModel(file.name, file, true);
  failure.value = { phase: 'failed', name: file.name, cause: 'format', detail: '', place };
  return false;
}

let failurePlace: Place = 'page';

/** After Back, or when another link is opened in the same tab: the network that the address asks for. */
export function followModel(): void {
  const wanted = computed(() => state.value.model);
  effect(() => {
    const name = wanted.value;
    const status = model.peek();
    if (!isShipped(name) || status.phase === 'waiting' || status.name === name) return;
    void loadModel(name, addressOf(name), false);
  });
}

/** The network's name, of the one that judges or is to come. */
export const networkName = computed(() =>
  model.value.phase === 'waiting' ? linkedModel() : model.value.name,
);

/** What stays when a load fails. */
let inUse: Extract<ModelStatus, { phase: 'ready' }> | null = null;
let newestLoad = new AbortController();

/** The last one asked for wins; false for those that it overtook. */
async function loadModel(
  name: string,
  source: URL | File,
  takeItsSettings: boolean,
): Promise<boolean> {
  const running = engine.peek();
  if (running.phase !== 'ready') return false;
  newestLoad.abort();
  const mine = (newestLoad = new AbortController());
  model.value = { phase: 'loading', name, loaded: 0, total: 0 };
  try {
    if (source instanceof File && source.size > largestModel) throw new TooLarge();
    const loadedModel = await running.odin.model(source, {
      maxBytes: largestModel,
      signal: mine.signal,
      onProgress: (loaded, total) => {
        if (mine === newestLoad) model.value = { phase: 'loading', name, loaded, total };
      },
    });
    if (mine !== newestLoad) {
      loadedModel.dispose();
      return false;
    }
    inUse?.model.dispose();
    inUse = { phase: 'ready', name, model: loadedModel };
    if (takeItsSettings) {
      const { temperature, epsilon } = loadedModel.info.defaults;
      update({ model: name, temperature, epsilon });
    }
    model.value = inUse;
    return true;
  } catch (error) {
    if (mine !== newestLoad) return false;
    const cause =
      error instanceof TooLarge ? 'too-large' : source instanceof File ? 'invalid' : 'download';
    const place = source instanceof File ? failurePlace : 'page';
    failure.value = { phase: 'failed', name, cause, detail: text(error), place };
    model.value = inUse ?? failure.value;
    return false;
  }
}

class TooLarge extends Error {}

/** The last model that could not be had, until it is dismissed. */
export const failure = signal<Extract<ModelStatus, { phase: 'failed' }> | null>(null);
