// The page's end of the worker that teaches.

import { addressOf } from '../engine/engine.ts';
import { firstModel } from '../shipped/models.ts';
import type { FromWorker, TaskName, Tasks } from './learning/messages.ts';
import type { Checkpoint, Progress } from './learning/types.ts';

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

export interface Listener {
  onProgress: (progress: Progress) => void;
  onCheckpoint: (checkpoint: Checkpoint) => void;
}

export class Teacher {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** Fulfilled when the engine runs, with its number of threads. */
  readonly started: Promise<Tasks['start']['answers']>;

  constructor(private readonly listener: Listener) {
    this.worker = new Worker(new URL('./learning/worker.ts', import.meta.url), {
      type: 'module',
      name: 'odin-teacher',
    });
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.fail(new Error(event.message || 'its worker cannot be started'));
    };
    this.started = this.ask('start', {
      engine: new URL('engine/tensor/index.js', document.baseURI).href,
      model: addressOf(firstModel).href,
    });
    this.started.catch(() => {});
  }

  ask<N extends TaskName>(task: N, given: Tasks[N]['asks']): Promise<Tasks[N]['answers']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: never) => void, reject });
      this.worker.postMessage({ id, task, given });
    });
  }

  stop(): void {
    this.worker.postMessage({ stop: true });
  }

  close(): void {
    this.worker.terminate();
    this.fail(new Error('closed'));
  }

  private receive(message: FromWorker): void {
    if ('progress' in message) return this.listener.onProgress(message.progress);
    if ('checkpoint' in message) return this.listener.onCheckpoint(message.checkpoint);
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.result as never);
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
