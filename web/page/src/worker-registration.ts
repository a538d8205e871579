import { signal } from '@preact/signals';

/** Another version has taken over while this page was open. */
export const updateReady = signal(false);

const reloadedKey = 'odin-isolated';

/**
 * Without headers from the host, threads come with the first load that the service worker answers: a
 * page that nobody has touched yet is loaded once more for them.
 */
function reloadForThreads(): void {
  if (crossOriginIsolated || hasTouched || sessionStorage.getItem(reloadedKey)) return;
  sessionStorage.setItem(reloadedKey, 'yes');
  location.reload();
}

let hasTouched = false;

export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  for (const kind of ['pointerdown', 'keydown', 'dragenter'])
    addEventListener(kind, () => (hasTouched = true), { once: true, capture: true });
  const hadWorker = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (hadWorker) updateReady.value = true;
    else reloadForThreads();
  });
  // Private windows and file: addresses refuse; the page then works without being kept.
  navigator.serviceWorker.register('./sw.js').catch(() => undefined);
}
