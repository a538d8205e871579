import type { Call } from './host.ts';
import type { Port } from './ports.ts';

interface Task {
  call: Call;
  transfer: ArrayBuffer[];
  cancelled: boolean;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

interface CallOptions<T> {
  signal?: AbortSignal | undefined;
  transfer?: ArrayBuffer[];
  /** Frees what came of a call that was cancelled after it had begun. */
  drop?: (result: T) => void;
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
    { signal, transfer = [], drop }: CallOptions<T> = {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.closed) return reject(disposed());
      if (signal?.aborted) return reject(signal.reason);
      const cancel = () => this.cancel(task, signal?.reason);
      // A signal may outlive many calls, and would keep their pictures.
      const release = () => signal?.removeEventListener('abort', cancel);
      const task: Task = {
        call: { name, request },
        transfer,
        cancelled: false,
        resolve: (result) => {
          release();
          if (task.cancelled) drop?.(result as T);
          else resolve(result as T);
        },
        reject: (reason) => {
          release();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', cancel);
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
  private cancel(task: Task, reason: unknown): void {
    const place = this.tasks.indexOf(task);
    if (place >= 0) this.tasks.splice(place, 1);
    task.cancelled = true;
    task.reject(reason);
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
