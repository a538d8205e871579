import type { Checkpoint, Judged, Lesson, Progress, TaughtClass } from './types.ts';

/** A picture of any size, as an ImageData has it. */
export interface Given {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** What the worker is asked, and what it answers. */
export interface Tasks {
  start: { asks: { engine: string; model: string }; answers: { threads: number; reason: string } };
  reduce: { asks: Given[]; answers: Uint8Array[] };
  learn: {
    asks: { classes: TaughtClass[]; checkpoint: Checkpoint | null };
    /** null if it was stopped. */
    answers: { lesson: Lesson; file: Uint8Array } | null;
  };
  judge: { asks: Uint8Array; answers: Judged };
  adopt: { asks: Uint8Array; answers: { classes: string[]; threshold: number } };
}

export type TaskName = keyof Tasks;

export type ToWorker =
  { [N in TaskName]: { id: number; task: N; given: Tasks[N]['asks'] } }[TaskName] | { stop: true };

export type FromWorker =
  | { id: number; result: Tasks[TaskName]['answers'] }
  | { id: number; error: string }
  | { progress: Progress }
  | { checkpoint: Checkpoint };
