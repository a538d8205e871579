// The state of this tab, and what changes it.

import { computed, signal } from '@preact/signals';
import { adviceFor, mostClasses, mostPictures } from './advice.ts';
import { Teacher } from './client.ts';
import type { Given } from './learning/messages.ts';
import type { Checkpoint, Judged, Lesson, Progress, TaughtClass } from './learning/types.ts';
import * as store from './store.ts';

export interface ClassOfPictures extends TaughtClass {
  id: number;
}

export type Trouble =
  | { kind: 'engine' | 'failed' | 'memory' | 'storage-full' | 'file'; detail: string }
  | { kind: 'camera'; cause: 'blocked' | 'missing' | 'unavailable' | 'lost' }
  | { kind: 'pictures'; names: string[] }
  | { kind: 'too-many'; most: number };

export type Phase = 'starting' | 'ready' | 'teaching' | 'failed';

export const classes = signal<ClassOfPictures[]>([]);
export const active = signal(0);
export const phase = signal<Phase>('starting');
export const threads = signal(0);
export const progress = signal<Progress | null>(null);
export const lesson = signal<Lesson | null>(null);
export const judged = signal<Judged | null>(null);
export const trouble = signal<Trouble | null>(null);
/** The last training was interrupted, and goes on. */
export const isResumed = signal(false);
/** Whether the pictures are others than those that were taught. */
export const isStale = signal(false);

export const advice = computed(() => adviceFor(classes.value));

let teacher: Teacher | null = null;
let file: Uint8Array | null = null;
let training: store.Kept['training'] = null;
let lastId = 0;
let saving = 0;

const made = (name: string): ClassOfPictures => ({ id: ++lastId, name, pictures: [] });
const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Once, when the tab is first opened; `names` are those of the first two classes. */
export async function begin(names: [string, string]): Promise<void> {
  if (teacher) return;
  const mine = (teacher = new Teacher({
    onProgress: (now) => (progress.value = now),
    onCheckpoint: (checkpoint) => {
      training = { checkpoint };
      void save();
    },
  }));
  const kept = await store.read();
  classes.value = kept?.classes.length
    ? kept.classes.map((of) => ({ ...of, id: ++lastId }))
    : names.map(made);
  active.value = classes.value[0]!.id;
  try {
    threads.value = (await mine.started).threads;
  } catch (error) {
    phase.value = 'failed';
    trouble.value = { kind: 'engine', detail: text(error) };
    return;
  }
  phase.value = 'ready';
  if (kept?.taught) await adopt(kept.taught.file, kept.taught.lesson);
  if (kept?.training) {
    isResumed.value = true;
    await teach(kept.training.checkpoint);
  }
}

/** After an engine that did not start. */
export function beginAgain(names: [string, string]): Promise<void> {
  teacher?.close();
  teacher = null;
  trouble.value = null;
  phase.value = 'starting';
  return begin(names);
}

export function addClass(name: string): void {
  if (classes.value.length >= mostClasses) return;
  const added = made(name);
  classes.value = [...classes.value, added];
  active.value = added.id;
  changed();
}

export function change(id: number, what: Partial<TaughtClass>): void {
  classes.value = classes.value.map((of) => (of.id === id ? { ...of, ...what } : of));
  changed();
}

export function removeClass(id: number): void {
  classes.value = classes.value.filter((of) => of.id !== id);
  if (active.value === id) active.value = classes.value[0]?.id ?? 0;
  changed();
}

export async function startAnew(names: [string, string]): Promise<void> {
  classes.value = names.map(made);
  active.value = classes.value[0]!.id;
  lesson.value = null;
  judged.value = null;
  progress.value = null;
  file = null;
  training = null;
  isStale.value = false;
  await store.clear().catch(() => {});
}

/** Pictures of any size for a class; waits until the engine has made them small. */
export async function addPictures(id: number, given: Given[]): Promise<void> {
  if (!teacher || given.length === 0) return;
  const small = await teacher.ask('reduce', given);
  const to = classes.value.find((of) => of.id === id);
  if (!to) return;
  const room = mostPictures - to.pictures.length;
  if (small.length > room) trouble.value = { kind: 'too-many', most: mostPictures };
  change(id, { pictures: [...to.pictures, ...small.slice(0, Math.max(0, room))] });
}

/** The class of that name, which is made if there is none. */
export function classNamed(name: string): number {
  const there = classes.value.find((of) => of.name === name);
  if (there) return there.id;
  const empty = classes.value.find((of) => of.pictures.length === 0);
  if (empty) {
    change(empty.id, { name });
    return empty.id;
  }
  addClass(name);
  return active.value;
}

function changed(): void {
  isStale.value = lesson.value !== null;
  clearTimeout(saving);
  saving = window.setTimeout(() => void save(), 400);
}

async function save(): Promise<void> {
  const kept = classes.value.map(({ name, pictures }) => ({ name, pictures }));
  const taught = lesson.value && file ? { lesson: lesson.value, file } : null;
  try {
    await store.write({ classes: kept, training, taught });
    if (trouble.value?.kind === 'storage-full') trouble.value = null;
  } catch (error) {
    if ((error as DOMException | null)?.name === 'QuotaExceededError')
      trouble.value = { kind: 'storage-full', detail: text(error) };
  }
}

export async function teach(checkpoint: Checkpoint | null = null): Promise<void> {
  if (!teacher || phase.value !== 'ready' || advice.value.stops.length > 0) return;
  const used = classes.value.filter(({ pictures }) => pictures.length > 0);
  phase.value = 'teaching';
  trouble.value = null;
  judged.value = null;
  progress.value = { stage: 'looking', done: 0, total: 1, curve: [] };
  training = { checkpoint };
  void save();
  try {
    const given = used.map(({ name, pictures }) => ({ name: name.trim(), pictures }));
    const found = await teacher.ask('learn', { classes: given, checkpoint });
    if (found) {
      lesson.value = found.lesson;
      file = found.file;
      isStale.value = false;
    }
  } catch (error) {
    const kind = /out of memory/.test(text(error)) ? 'memory' : 'failed';
    trouble.value = { kind, detail: text(error) };
  }
  phase.value = 'ready';
  progress.value = null;
  isResumed.value = false;
  training = null;
  await save();
}

export const stop = () => teacher?.stop();

export async function judge(given: Given): Promise<void> {
  if (!teacher || !lesson.value || phase.value !== 'ready') return;
  const [seen] = await teacher.ask('reduce', [given]);
  judged.value = await teacher.ask('judge', seen!);
}

async function adopt(given: Uint8Array, of: Lesson): Promise<void> {
  try {
    await teacher!.ask('adopt', given);
    lesson.value = of;
    file = given;
  } catch (error) {
    trouble.value = { kind: 'file', detail: text(error) };
  }
}

/** What was taught as one file, with the figures of its teaching beside the network. */
export function savedFile(): File | null {
  if (!file || !lesson.value) return null;
  const name = lesson.value.classes
    .join('-')
    .replace(/[^\p{L}\p{N}-]+/gu, '_')
    .slice(0, 60);
  return new File([file as BlobPart], `${name}.safetensors`, { type: 'application/octet-stream' });
}

/** A file that was saved here. Its scores of known pictures are not in it. */
export async function openFile(given: File): Promise<void> {
  if (!teacher) return;
  trouble.value = null;
  try {
    const bytes = new Uint8Array(await given.arrayBuffer());
    const { classes: names, threshold } = await teacher.ask('adopt', bytes);
    file = bytes;
    lesson.value = {
      ...{ classes: names, learned: 0, heldOut: 0, accuracy: NaN, threshold },
      ...{ low: NaN, high: NaN, known: [], confusions: [], curve: [], seconds: 0 },
    };
    judged.value = null;
    isStale.value = false;
    await save();
  } catch (error) {
    trouble.value = { kind: 'file', detail: text(error) };
  }
}
