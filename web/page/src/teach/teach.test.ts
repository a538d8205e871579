import { expect, test } from 'vitest';
import { adviceFor, fewest } from './advice.ts';
import { confusions } from './learning/learn.ts';
import { changed, planesOf, randomNumbers, side } from './learning/pictures.ts';
import { split } from './learning/split.ts';

const pictures = (count: number) => Array.from({ length: count }, () => new Uint8Array(3));

test('a fifth of the pictures is held out, and none is both', () => {
  for (const count of [2, 6, 9, 20, 50, 173]) {
    const { learned, heldOut } = split(count);
    expect([...learned, ...heldOut].sort((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
    expect(heldOut.length).toBeGreaterThan(0);
    expect(learned.length).toBeGreaterThan(0);
    if (count >= 20) expect(Math.abs(heldOut.length / count - 0.2)).toBeLessThan(0.05);
  }
});

test('of many pictures whole stretches are held out, since neighbours are alike', () => {
  const { heldOut } = split(100);
  expect(heldOut.slice(0, 5)).toEqual([10, 11, 12, 13, 14]);
});

test('what is too little is said, and what is scarce', () => {
  const kinds = (classes: [string, number][]) => {
    const { stops, hints } = adviceFor(
      classes.map(([name, count]) => ({ name, pictures: pictures(count) })),
    );
    return [stops.map(({ kind }) => kind), hints.map(({ kind }) => kind)];
  };
  expect(kinds([])).toEqual([['one-class'], []]);
  expect(kinds([['cup', 50]])).toEqual([['one-class'], []]);
  expect(kinds([['cup', 50], ['empty', 0]])).toEqual([['one-class'], []]); // prettier-ignore
  expect(kinds([['cup', 50], ['pen', fewest - 1]])).toEqual([['few'], []]); // prettier-ignore
  expect(kinds([['cup', 50], ['cup ', 50]])).toEqual([['same-name'], []]); // prettier-ignore
  expect(kinds([['cup', 50], ['pen', 50]])).toEqual([[], []]); // prettier-ignore
  expect(kinds([['cup', 100], ['pen', 10]])).toEqual([[], ['more', 'uneven']]); // prettier-ignore
});

test('classes that are taken for one another are named', () => {
  const names = ['a', 'b', 'c'];
  const labels = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
  expect(confusions(names, labels, labels)).toEqual([]);
  const guesses = [1, 1, 0, 0, 1, 1, 0, 1, 2, 2, 2, 0];
  expect(confusions(names, guesses, labels)).toEqual([{ first: 'a', second: 'b', share: 3 / 8 }]);
});

test('changed pictures keep their colours but for a little light', () => {
  const rgb = new Uint8Array(3 * side * side).fill(100);
  const made = [1, 2, 3].map((seed) => changed(rgb, randomNumbers(seed)));
  expect(new Set(made.map(([first]) => first)).size).toBeGreaterThan(1);
  for (const value of made.flatMap((of) => [...of]))
    expect(Math.abs(value - 100)).toBeLessThanOrEqual(13);
});

test('planes are normalized, channel after channel', () => {
  const rgb = new Uint8Array(3 * side * side);
  rgb.set([255, 0, 51]);
  const planes = planesOf([rgb], [0, 0.5, 0], [1, 0.5, 0.1]);
  expect(planes).toHaveLength(3 * side * side);
  expect([planes[0], planes[side * side]]).toEqual([1, -1]);
  expect(planes[2 * side * side]).toBeCloseTo(2, 5);
});
