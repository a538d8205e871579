// Owns the engine off the page's thread. Messages in: a Start, then Calls, each with an id; out: the
// id with a result (of a Start, the engine's version) or an error. The build makes one file of it and
// what it imports, so that it can lie anywhere.

import { buffersOf, Host, type Call, type Start } from './host.ts';
import { parentPort } from './node.ts';

export interface Request {
  id: number;
  start?: Start;
  call?: Call;
}

export interface Reply {
  /** Of the request; 0 when the worker runs, -1 when it failed as a whole. */
  id: number;
  result?: unknown;
  error?: string;
}

let host: Host | undefined;

async function answer(request: Request): Promise<unknown> {
  if (request.start) {
    host = await Host.start(request.start);
    return host.version;
  }
  return request.call && host!.call(request.call);
}

async function receive(port: Worker, request: Request): Promise<void> {
  try {
    const result = await answer(request);
    port.postMessage({ id: request.id, result } satisfies Reply, buffersOf(result));
  } catch (e) {
    port.postMessage({ id: request.id, error: messageOf(e) } satisfies Reply);
  }
}

function messageOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}

function listen(port: Worker): void {
  globalThis.addEventListener?.('error', (e) => {
    // A thread of the engine that could not start: the others do its work.
    if (host) return e.preventDefault();
    port.postMessage({ id: -1, error: (e as ErrorEvent).message } satisfies Reply);
  });
  port.addEventListener('message', (e) => void receive(port, (e as MessageEvent<Request>).data));
  (port as unknown as MessagePort).start?.();
  port.postMessage({ id: 0 } satisfies Reply);
}

const nodePort = parentPort();
if (nodePort) void nodePort.then(listen);
else listen(globalThis as unknown as Worker);
