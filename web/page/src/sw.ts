// Keeps the whole site for working offline, and adds the headers that threads need where the host
// does not send them. Own code, since the libraries for the first do not do the second.
import { withIsolation } from './service-worker/isolation.ts';

declare const self: ServiceWorkerGlobalScope & {
  __BUILD__: { version: string; files: string[]; onDemand: string[] };
};

const { version, files, onDemand } = self.__BUILD__;
const prefix = `odin ${self.registration.scope} `;
const cacheName = prefix + version;
const addressOf = (file: string) => new URL(file, self.registration.scope).href;
const ours = new Set(['./', ...files, ...onDemand].map(addressOf));

/** Small, and enough for the first paint: the rest must not compete with the page for the network. */
const shell = ['./', ...files.filter((file) => /^(assets\/|[^/]*\.html$)/.test(file))];

self.addEventListener('install', (event) => {
  event.waitUntil(keep(shell).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOlder());
  // Not waited for: Firefox asks every worker of an open page, and the engine's threads, which sleep,
  // do not answer. Until this worker is active no other page of ours would open.
  void self.clients.claim();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const isBelow = request.url.startsWith(self.registration.scope) && request.method === 'GET';
  if (isBelow) event.respondWith(answer(event));
});

/** The page asks for the rest when its own work is done, and is told when all is there. */
self.addEventListener('message', (event) => {
  if (event.data !== 'keep everything') return;
  event.waitUntil(keep(files).then(() => event.source?.postMessage('everything kept')));
});

/** Past the browser's own cache, which may hold files of the version before. */
async function keep(wanted: string[]): Promise<void> {
  const cache = await caches.open(cacheName);
  const kept = new Set((await cache.keys()).map((request) => request.url));
  const missing = wanted.filter((file) => !kept.has(addressOf(file)));
  await cache.addAll(missing.map((file) => new Request(file, { cache: 'no-cache' })));
}

async function dropOlder(): Promise<void> {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(older.map((name) => caches.delete(name)));
}

async function answer(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept) return withIsolation(kept);
  const response = await fetch(request);
  if (response.status === 200 && ours.has(request.url))
    event.waitUntil(cache.put(request, response.clone()));
  return withIsolation(response);
}
