import { expect, test } from 'vitest';
import { coalesced } from './coalesced.ts';

test('one run at a time, and one more for all that was asked for meanwhile', async () => {
  const ends: (() => void)[] = [];
  const run = coalesced(() => new Promise((resolve) => ends.push(resolve)));
  const first = run();
  void run();
  void run();
  expect(ends).toHaveLength(1);
  ends[0]!();
  await Promise.resolve();
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[1]!();
  await first;
  expect(ends).toHaveLength(2);
});

test('runs again after work that failed', async () => {
  let runs = 0;
  const run = coalesced(() => {
    ++runs;
    return Promise.reject(new Error('no'));
  });
  await expect(run()).rejects.toThrow('no');
  await expect(run()).rejects.toThrow('no');
  expect(runs).toBe(2);
});
