// Keeps the whole site for working offline, and adds the headers that threads need where the host
// does not send them. Own code, since the libraries for the first do not do the second.
import { withIsolation } from './isolation.ts';

declare const self: ServiceWorkerGlobalScope & { __BUILD__: { version: string; files: string[] } };

const { version, files } = self.__BUILD__;
const prefix = `odin ${self.registration.scope} `;
const cacheName = prefix + version;

self.addEventListener('install', (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const isOurs = request.url.startsWith(self.registration.scope) && request.method === 'GET';
  if (isOurs) event.respondWith(answer(request));
});

/** Past the browser's own cache, which may hold files of the version before. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(['./', ...files].map((file) => new Request(file, { cache: 'no-cache' })));
}

async function dropOlder(): Promise<void> {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(older.map((name) => caches.delete(name)));
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request, { ignoreSearch: true });
  return withIsolation(kept ?? (await fetch(request)));
}
