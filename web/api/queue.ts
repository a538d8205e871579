import type { Call } from './host.ts';
import type { Port } from './ports.ts';

interface Task {
  call: Call;
  transfer: ArrayBuffer[];
  signal?: AbortSignal | undefined;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

function disposed(): Error {
  return new Error('odin: the engine has been disposed of');
}

/**
 * Hands the engine one call after another. Those that wait do so here, where they can still be
 * cancelled, and not in the worker's inbox.
 */
export class Queue {
  private readonly tasks: Task[] = [];
  private busy = false;
  private closed = false;

  constructor(private readonly port: Port) {}

  call<T>(
    name: string,
    request: object,
    signal?: AbortSignal,
    transfer: ArrayBuffer[] = [],
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.closed) return reject(disposed());
      if (signal?.aborted) return reject(signal.reason);
      const task: Task = {
        call: { name, request },
        transfer,
        signal,
        resolve: resolve as (result: unknown) => void,
        reject,
      };
      signal?.addEventListener('abort', () => this.cancel(task), { once: true });
      this.tasks.push(task);
      void this.run();
    });
  }

  close(): void {
    this.closed = true;
    for (const task of this.tasks.splice(0)) task.reject(disposed());
    this.port.close();
  }

  /** A call that has begun runs to its end; only its result is dropped. */
  private cancel(task: Task): void {
    const place = this.tasks.indexOf(task);
    if (place >= 0) this.tasks.splice(place, 1);
    task.reject(task.signal?.reason);
  }

  private async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let task = this.tasks.shift(); task; task = this.tasks.shift()) {
      try {
        task.resolve(await this.port.send(task.call, task.transfer));
      } catch (e) {
        task.reject(e);
      }
    }
    this.busy = false;
  }
}
