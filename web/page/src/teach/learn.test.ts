import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { adopt, judge, learn, Stopped, type TensorLibrary } from './learning/learn.ts';
import { randomNumbers, side } from './learning/pictures.ts';
import type { Checkpoint, Progress } from './learning/types.ts';

// With the engine itself, where it has been built; with photographs, where ODIN_DATA names their folder.
const engine = resolve(import.meta.dirname, '../../../dist/tensor/index.js');
const weights = resolve(
  import.meta.dirname,
  '../../../../weights/densenet-bc-40-12-cifar10.safetensors',
);
const isBuilt = existsSync(resolve(engine, '../../odin-full-simd.wasm'));

async function loaded(threads: number) {
  const t = (await import(/* @vite-ignore */ engine)) as TensorLibrary;
  await t.load({ threads });
  return { t, base: new Uint8Array(readFileSync(weights)) };
}

const silent = { onProgress: () => {}, onCheckpoint: () => {}, signal: { aborted: false } };

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
    const { t, base } = await loaded(1);
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

test.skipIf(!isBuilt)(
  'where memory runs out, pictures are looked at in smaller batches, to the same end',
  { timeout: 120_000 },
  async () => {
    const { t, base } = await loaded(1);
    const prototype = t.nn.Network.prototype;
    const whole = prototype.features;
    const sizes: number[] = [];
    let room = 5;
    prototype.features = function (x) {
      if (x.shape[0]! > room) throw new Error('features: out of memory');
      sizes.push(x.shape[0]!);
      return whole.call(this, x);
    };
    try {
      const { lesson, taught } = await learn(t, base, classes, null, silent);
      expect(lesson.accuracy).toBe(1);
      expect(Math.max(...sizes)).toBe(4);
      taught.network.dispose();
      room = 0;
      await expect(learn(t, base, classes, null, silent)).rejects.toThrow(/out of memory/);
    } finally {
      prototype.features = whole;
    }
  },
);

const data = process.env['ODIN_DATA'] && resolve(process.env['ODIN_DATA'], 'cifar-100-binary');
const hasPhotographs = data !== undefined && existsSync(resolve(data, 'train.bin'));

/** The first pictures of a class, at most `count`, of CIFAR-100's train.bin or test.bin. */
function photographs(file: Buffer, label: number, count: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length && found.length < count; at += 3074) {
    if (file[at + 1] !== label) continue;
    const planes = file.subarray(at + 2, at + 3074);
    found.push(
      Uint8Array.from({ length: 3072 }, (_, i) => planes[1024 * (i % 3) + Math.floor(i / 3)]!),
    );
  }
  return found;
}

test
  .skipIf(!isBuilt || !hasPhotographs)
  .each([
    { taughtNames: ['pickup_truck', 'maple_tree', 'wardrobe'] },
    { taughtNames: ['poppy', 'sea', 'wardrobe'] },
  ])(
  '50 photographs each of $taughtNames are learned; patterns are rejected, other photographs in part',
  { timeout: 240_000 },
  async ({ taughtNames }) => {
    const { t, base } = await loaded(2);
    const read = (name: string) => readFileSync(resolve(data!, name));
    const names = read('fine_label_names.txt').toString().trim().split('\n');
    const [train, others] = [read('train.bin'), read('test.bin')];
    const { lesson, taught } = await learn(
      t,
      base,
      taughtNames.map((name) => ({ name, pictures: photographs(train, names.indexOf(name), 50) })),
      null,
      silent,
    );
    const outs = (seen: Uint8Array[]) =>
      seen.filter((picture) => judge(t, taught, picture).verdict === 'out').length / seen.length;
    const random = randomNumbers(5);
    const noise = Array.from({ length: 20 }, () => new Uint8Array(3072).map(() => 256 * random()));
    const patterns = outs([...pictures('square', 20, 3), ...pictures('stripes', 20, 4), ...noise]);
    const strangers = names.flatMap((name, label) =>
      taughtNames.includes(name) ? [] : photographs(others, label, 2),
    );
    console.log(
      `50 photographs each of ${taughtNames.join(', ')}: ${lesson.seconds.toFixed(1)} s, held out ` +
        `${(100 * lesson.accuracy).toFixed(0)}%; rejected of patterns ${(100 * patterns).toFixed(0)}%, ` +
        `of photographs of ${names.length - 3} other classes ${(100 * outs(strangers)).toFixed(0)}%`,
    );
    expect(lesson.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(patterns).toBeGreaterThanOrEqual(0.8);
  },
);
