import { effect, signal } from '@preact/signals';
import { shown } from '../engine/detect.ts';
import { engine, model } from '../engine/engine.ts';

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

/** Until the first verdict is there, or will not come: what other visits need must not delay it. */
const calm = () =>
  new Promise<void>((done) =>
    effect(() => {
      const isJudged = shown.value?.kept === false;
      if (isJudged || engine.value.phase === 'failed' || model.value.phase === 'failed') done();
    }),
  );

async function register(): Promise<void> {
  // Where the host sends no headers, threads need the service worker first.
  if (crossOriginIsolated) await calm();
  await navigator.serviceWorker.register('./sw.js');
  const { active } = await navigator.serviceWorker.ready;
  await calm();
  active?.postMessage('keep everything');
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
  register().catch(() => undefined);
}
