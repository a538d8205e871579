// What was gathered and taught, kept in the browser (IndexedDB) so that a closed tab loses nothing.

import type { Checkpoint, Lesson, TaughtClass } from './learning/types.ts';

export interface Kept {
  classes: TaughtClass[];
  /** Of a training that has not come to its end; `null` at its very beginning. */
  training: { checkpoint: Checkpoint | null } | null;
  taught: { lesson: Lesson; file: Uint8Array } | null;
}

const [base, store, key] = ['odin-teach', 'project', 'current'];

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(base, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

async function run<T>(
  mode: IDBTransactionMode,
  work: (of: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  } finally {
    database.close();
  }
}

const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' && value !== null && Array.isArray((value as Kept).classes);

/** What was kept last; null where there is nothing, or nothing can be kept here. */
export async function read(): Promise<Kept | null> {
  try {
    const found: unknown = await run('readonly', (of) => of.get(key));
    return isKept(found) ? found : null;
  } catch {
    return null;
  }
}

/** Rejects with a QuotaExceededError where the storage is full. */
export async function write(kept: Kept): Promise<void> {
  await run('readwrite', (of) => of.put(kept, key));
}

export async function clear(): Promise<void> {
  await run('readwrite', (of) => of.delete(key));
}
