import { effect, signal } from '@preact/signals';
import { engine, model } from './engine/engine.ts';

/** Another version has taken over while this page was open. */
export const updateReady = signal(false);

const reloadedKey = 'odin-isolated';
let hasTouched = false;

/**
 * Without headers from the host, threads come with the first load that the service worker answers: a
 * page that nobody has touched yet is loaded once more for them.
 */
function reloadForThreads(): void {
  if (crossOriginIsolated || hasTouched || sessionStorage.getItem(reloadedKey)) return;
  sessionStorage.setItem(reloadedKey, 'yes');
  location.reload();
}

/** When the engine and its model are there, the network is free for what only other visits need. */
function keepEverythingWhenCalm(): void {
  effect(() => {
    if (model.value.phase !== 'ready' && engine.value.phase !== 'failed') return;
    void navigator.serviceWorker.ready.then((registration) =>
      registration.active?.postMessage('keep everything'),
    );
  });
}

export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  for (const kind of ['pointerdown', 'keydown', 'dragenter'])
    addEventListener(kind, () => (hasTouched = true), { once: true, capture: true });
  const hadWorker = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (hadWorker) updateReady.value = true;
    else reloadForThreads();
  });
  navigator.serviceWorker.addEventListener('message', (event) => {
    if (event.data === 'everything kept') document.documentElement.dataset['offline'] = 'ready';
  });
  // Private windows and file: addresses refuse; the page then works without being kept.
  navigator.serviceWorker
    .register('./sw.js')
    .then(keepEverythingWhenCalm)
    .catch(() => undefined);
}
