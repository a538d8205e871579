import { signal } from '@preact/signals';
import type { Load, Model, Odin } from '../../../api/types.ts';
import { state, update, defaults } from '../state/state.ts';

export type EngineStatus =
  | { phase: 'starting' }
  | { phase: 'ready'; odin: Odin }
  | { phase: 'failed'; cause: 'unsupported' | 'download'; detail: string };

export type ModelStatus =
  | { phase: 'waiting' }
  | { phase: 'loading'; name: string; loaded: number; total: number }
  | { phase: 'ready'; name: string; model: Model }
  | { phase: 'failed'; name: string; cause: 'download' | 'too-large' | 'invalid'; detail: string };

export const engine = signal<EngineStatus>({ phase: 'starting' });
export const model = signal<ModelStatus>({ phase: 'waiting' });

/** Larger files than this are not even opened: the browser's memory is not ours. */
export const largestModel = 256 * 1024 * 1024;

export const readyModel = (): Model | null =>
  model.value.phase === 'ready' ? model.value.model : null;

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
  const name = shippedModel();
  await loadModel(name, addressOf(name), false);
}

/** The link's model where it is one of ours; a visitor's own file cannot come with a link. */
function shippedModel(): string {
  return state.value.model.endsWith('.safetensors') ? defaults.model : state.value.model;
}

const addressOf = (name: string) => new URL(`models/${name}.safetensors`, document.baseURI);

/** With the model's own settings in place of those there were. */
export async function chooseShippedModel(name: string): Promise<boolean> {
  return loadModel(name, addressOf(name), true);
}

/** Keeps the model there was when the file is none. */
export async function loadOwnModel(file: File): Promise<boolean> {
  return loadModel(file.name, file, true);
}

async function loadModel(
  name: string,
  source: URL | File,
  takeItsSettings: boolean,
): Promise<boolean> {
  if (engine.value.phase !== 'ready') return false;
  const before = model.value;
  model.value = { phase: 'loading', name, loaded: 0, total: 0 };
  try {
    if (source instanceof File && source.size > largestModel) throw new TooLarge();
    const loadedModel = await engine.value.odin.model(source, {
      maxBytes: largestModel,
      onProgress: (loaded, total) => {
        if (model.value.phase === 'loading')
          model.value = { phase: 'loading', name, loaded, total };
      },
    });
    if (before.phase === 'ready') before.model.dispose();
    if (takeItsSettings) {
      const { temperature, epsilon } = loadedModel.info;
      update({
        model: name,
        temperature: temperature ?? defaults.temperature,
        epsilon: epsilon ?? defaults.epsilon,
      });
    }
    model.value = { phase: 'ready', name, model: loadedModel };
    return true;
  } catch (error) {
    const cause =
      error instanceof TooLarge ? 'too-large' : source instanceof File ? 'invalid' : 'download';
    failure.value = { phase: 'failed', name, cause, detail: text(error) };
    model.value = before.phase === 'ready' ? before : failure.value;
    return false;
  }
}

class TooLarge extends Error {}

/** The last model that could not be had, until it is dismissed. */
export const failure = signal<Extract<ModelStatus, { phase: 'failed' }> | null>(null);
