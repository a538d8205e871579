import { expect, test } from 'vitest';
import { samples } from '../shipped/samples.ts';
import { likeSet, truthOf } from './judgement.ts';
import { shareAbove, type Histogram } from './scores.ts';

const histogram: Histogram = {
  threshold: 2,
  low: 0,
  high: 4,
  above: [0.5],
  counts: [
    [1, 1, 2, 4],
    [0, 0, 0, 0],
  ],
};

test('the share above a score counts whole bins above it, and its own in part', () => {
  expect(shareAbove(histogram, 0, -1)).toBe(1);
  expect(shareAbove(histogram, 0, 2)).toBeCloseTo(6 / 8, 12);
  expect(shareAbove(histogram, 0, 2.5)).toBeCloseTo(5 / 8, 12);
  expect(shareAbove(histogram, 0, 4)).toBe(0);
  expect(shareAbove(histogram, 0, 9)).toBe(0);
  expect(shareAbove(histogram, 1, 1)).toBeNaN();
});

test('pictures are compared with strange ones that are made like them', () => {
  const rgb = new Uint8Array();
  const resized = 'TinyImageNet (resize), triangle filter';
  expect(likeSet({ kind: 'pixels', source: 'upload', rgb })).toBe(resized);
  expect(likeSet({ kind: 'sample', name: 'cat' })).toBe(resized);
  expect(likeSet({ kind: 'noise', noise: 'gaussian', seed: 1 })).toBe('Gaussian');
  expect(likeSet({ kind: 'sample', name: 'uniform_noise' })).toBe('Uniform');
});

test('the truth is known of samples and noise alone', () => {
  const rgb = new Uint8Array();
  for (const kinds of [10, 100] as const) {
    expect(truthOf({ kind: 'pixels', source: 'drawing', rgb }, kinds)).toBeNull();
    expect(truthOf({ kind: 'noise', noise: 'uniform', seed: 3 }, kinds)).toBe('strange');
    expect(truthOf({ kind: 'sample', name: 'nothing' }, kinds)).toBeNull();
  }
  for (const { name, known } of samples)
    expect(truthOf({ kind: 'sample', name }, 10)).toEqual(known ? { className: name } : 'strange');
});

test('a network that was taught a hundred other kinds knows no sample, and of the truck one may argue', () => {
  for (const { name } of samples)
    expect(truthOf({ kind: 'sample', name }, 100)).toBe(name === 'truck' ? null : 'strange');
});
