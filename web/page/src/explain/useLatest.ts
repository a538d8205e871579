import { useEffect, useState } from 'preact/hooks';

export interface Latest<T> {
  /** Stays while a new one is worked out. */
  value: T | null;
  failure: string | null;
  busy: boolean;
}

/** What `job` gives for the latest `inputs`; earlier runs are cancelled. A job of null waits. */
export function useLatest<T>(
  job: ((signal: AbortSignal) => Promise<T>) | null,
  inputs: readonly unknown[],
): Latest<T> {
  const [latest, setLatest] = useState<Latest<T>>({ value: null, failure: null, busy: false });
  useEffect(() => {
    if (!job) return;
    const abort = new AbortController();
    setLatest((before) => ({ ...before, busy: true }));
    job(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setLatest({ value, failure: null, busy: false });
      },
      (error: Error) => {
        if (!abort.signal.aborted) setLatest({ value: null, failure: error.message, busy: false });
      },
    );
    return () => abort.abort();
  }, inputs);
  return latest;
}
