// The little that is different in Node. Nothing of it is loaded in a browser.

export const isNode = typeof process !== 'undefined' && Boolean(process.versions?.node);

// Not a literal, so that bundlers for browsers do not look for it.
function builtin(name: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ `node:${name}`);
}

type WorkerThreads = typeof import('node:worker_threads');

/** The port to whoever started this worker thread; null in a browser. */
export function parentPort(): Promise<Worker> | null {
  if (!isNode) return null;
  return builtin('worker_threads').then(
    (threads) => (threads as WorkerThreads).parentPort as unknown as Worker,
  );
}

/** A worker thread that looks like a browser's worker; null in a browser. */
export async function nodeWorker(address: string): Promise<Worker | null> {
  if (!isNode) return null;
  const threads = (await builtin('worker_threads')) as WorkerThreads;
  const worker = new threads.Worker(new URL(address));
  worker.unref();
  const events = new EventTarget();
  worker.on('message', (data) => events.dispatchEvent(new MessageEvent('message', { data })));
  worker.on('error', (error: Error) =>
    events.dispatchEvent(Object.assign(new Event('error'), { message: error.message })),
  );
  return Object.assign(events, {
    postMessage: (message: unknown, transfer: ArrayBuffer[] = []) =>
      worker.postMessage(message, transfer),
    terminate: () => void worker.terminate(),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
  }) as unknown as Worker;
}

/** Threads of this machine; null in a browser. */
export async function processors(): Promise<number | null> {
  if (!isNode) return null;
  return ((await builtin('os')) as typeof import('node:os')).availableParallelism();
}

/** The bytes of a file on disk, when `source` is a path and this is Node; else null. */
export async function readFile(source: string | URL): Promise<Uint8Array | null> {
  if (!isNode) return null;
  if (typeof source === 'string' && /^(https?|data|blob):/.test(source)) return null;
  if (source instanceof URL && source.protocol !== 'file:') return null;
  const fs = (await builtin('fs/promises')) as typeof import('node:fs/promises');
  return fs.readFile(
    typeof source === 'string' && source.startsWith('file:') ? new URL(source) : source,
  );
}
