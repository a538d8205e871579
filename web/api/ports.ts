// The two ways to reach a Host: in a worker, or on this thread.

import { startable } from './elsewhere.ts';
import { Host, type Call, type Start } from './host.ts';
import { nodeWorker } from './node.ts';
import type { Reply, Request } from './worker.ts';

export interface Port {
  /** The engine's. */
  readonly version: string;
  send(call: Call, transfer: ArrayBuffer[]): Promise<unknown>;
  close(): void;
}

/** Long enough for a slow machine and network to bring an engine that will come at all. */
const startLimit = 20_000;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** In Node a worker must not keep the program from ending while there is nothing to wait for. */
type MaybeNodeWorker = Worker & { ref?(): void; unref?(): void };

export class WorkerPort implements Port {
  version = '';
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  private constructor(
    private readonly worker: MaybeNodeWorker,
    private readonly onWorker?: () => void,
  ) {
    worker.addEventListener('message', (e) => this.receive((e as MessageEvent<Reply>).data));
    worker.addEventListener('error', (e) => {
      e.preventDefault();
      this.fail(new Error((e as ErrorEvent).message || 'its worker cannot be started'));
    });
  }

  /** Rejects, with the worker gone, when this build does not start. */
  static async start(start: Start, script: string, onWorker?: () => void): Promise<WorkerPort> {
    const worker =
      (await nodeWorker(script)) ?? new Worker(startable(script), { type: 'module', name: 'odin' });
    const port = new WorkerPort(worker, onWorker);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('it does not start')), startLimit);
      });
      port.version = (await Promise.race([port.post({ start }, []), tooLate])) as string;
      return port;
    } catch (e) {
      port.close();
      throw e;
    } finally {
      clearTimeout(timer);
    }
  }

  send(call: Call, transfer: ArrayBuffer[]): Promise<unknown> {
    return this.post({ call }, transfer);
  }

  close(): void {
    this.worker.terminate();
    this.fail(new Error('odin: the engine has been disposed of'));
  }

  private post(what: Omit<Request, 'id'>, transfer: ArrayBuffer[]): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.worker.postMessage({ id, ...what }, transfer);
      this.waiting.set(id, { resolve, reject });
      this.worker.ref?.();
    });
  }

  private receive({ id, result, error }: Reply): void {
    if (id < 0) return this.fail(new Error(error));
    if (id === 0) return this.onWorker?.();
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker.unref?.();
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  private fail(error: Error): void {
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
    this.worker.unref?.();
  }
}

export class LocalPort implements Port {
  readonly version: string;
  private host: Host | null;

  private constructor(host: Host) {
    this.host = host;
    this.version = host.version;
  }

  static async start(start: Start): Promise<LocalPort> {
    return new LocalPort(await Host.start(start));
  }

  /** The engine gets a copy, as a worker does: it may need a model's bytes again. */
  async send(call: Call, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (!this.host) throw new Error('odin: the engine has been disposed of');
    return await this.host.call(structuredClone(call, { transfer }));
  }

  close(): void {
    this.host = null;
  }
}
