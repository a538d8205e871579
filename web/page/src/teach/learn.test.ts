import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { adopt, judge, learn, Stopped, type TensorLibrary } from './learning/learn.ts';
import { randomNumbers, side } from './learning/pictures.ts';
import type { Checkpoint, Progress } from './learning/types.ts';

// With the engine itself, where it has been built.
const engine = resolve(import.meta.dirname, '../../../dist/tensor/index.js');
const weights = resolve(
  import.meta.dirname,
  '../../../../weights/densenet-bc-40-12-cifar10.safetensors',
);
const isBuilt = existsSync(resolve(engine, '../../odin-full-simd.wasm'));

/** Bright squares on dark, or stripes: at random places. */
function pictures(kind: 'square' | 'stripes', count: number, seed: number): Uint8Array[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => {
    const [x, y] = [Math.floor(16 * random()), Math.floor(16 * random())];
    const rgb = new Uint8Array(3 * side * side);
    for (let i = 0; i < side * side; ++i) {
      const [column, row] = [i % side, Math.floor(i / side)];
      const isInside = column >= x && column < x + 14 && row >= y && row < y + 14;
      const isBright = kind === 'square' ? isInside : (column + x) % 8 < 4;
      rgb.fill(isBright ? 220 : 20 + 20 * random(), 3 * i, 3 * i + 3);
    }
    return rgb;
  });
}

const classes = [
  { name: 'square', pictures: pictures('square', 10, 1) },
  { name: 'stripes', pictures: pictures('stripes', 10, 2) },
];

test.skipIf(!isBuilt)(
  'a training that was interrupted comes to the same end',
  { timeout: 240_000 },
  async () => {
    const t = (await import(/* @vite-ignore */ engine)) as TensorLibrary;
    await t.load({ threads: 1 });
    const base = new Uint8Array(readFileSync(weights));
    const checkpoints: Checkpoint[] = [];
    const seen: Progress[] = [];
    const hooks = {
      onProgress: (progress: Progress) => seen.push(structuredClone(progress)),
      onCheckpoint: (checkpoint: Checkpoint) => checkpoints.push(checkpoint),
      signal: { aborted: false },
    };
    const whole = await learn(t, base, classes, null, hooks);
    expect(whole.lesson.accuracy).toBe(1);
    expect(whole.lesson.curve).toHaveLength(24);
    expect([whole.lesson.learned, whole.lesson.heldOut]).toEqual([16, 4]);
    expect(seen.at(-1)).toMatchObject({ stage: 'learning', done: 24, total: 24 });
    expect(checkpoints.map(({ epochs }) => epochs)).toEqual([4, 8, 12, 16, 20, 24]);

    const before = t.memory().tensors;
    const rest = await learn(t, base, classes, checkpoints[2]!, hooks);
    const figures = ({ lesson }: typeof whole) => ({ ...lesson, seconds: 0 });
    expect(figures(rest)).toEqual(figures(whole));
    expect(rest.file).toEqual(whole.file);
    rest.taught.network.dispose();
    expect(t.memory().tensors - before).toBeLessThan(4);

    const stopped = { ...hooks, signal: { aborted: true } };
    await expect(learn(t, base, classes, null, stopped)).rejects.toThrow(Stopped);

    const again = adopt(t, whole.file);
    expect(again.classes).toEqual(['square', 'stripes']);
    expect(again.threshold).toBe(whole.lesson.threshold);
    const [square] = pictures('square', 1, 9);
    const found = judge(t, again, square!);
    expect(again.classes[found.label]).toBe('square');
    expect(judge(t, whole.taught, square!).score).toBe(found.score);
    const noise = new Uint8Array(3 * side * side).map(() => 255 * Math.random());
    expect(judge(t, again, noise).verdict).toBe('out');
    expect(() => adopt(t, base)).toThrow(/no threshold of knn/);
  },
);
