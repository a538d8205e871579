import { expect, test } from 'vitest';
import { noisePicture } from './noise.ts';

const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

test('noise is the same for the same seed, and other for another', () => {
  expect(noisePicture('uniform', 7)).toEqual(noisePicture('uniform', 7));
  expect(noisePicture('uniform', 7)).not.toEqual(noisePicture('uniform', 8));
});

test('uniform noise spreads evenly over [0, 1]', () => {
  const { data: values } = noisePicture('uniform', 3);
  expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.02);
  expect(values.filter((v) => v < 0.25).length / values.length).toBeCloseTo(0.25, 1);
  expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
});

test('Gaussian noise is clipped at both ends as often as N(0.5, 1) leaves [0, 1]', () => {
  const { data: values } = noisePicture('gaussian', 3);
  const share = (end: number) => values.filter((v) => v === end).length / values.length;
  expect(Math.abs(share(0) - 0.3085)).toBeLessThan(0.03);
  expect(Math.abs(share(1) - 0.3085)).toBeLessThan(0.03);
});

test('noise is as large as the network sees it', () => {
  const { width, height, data } = noisePicture('uniform', 3, { channels: 1, height: 4, width: 6 });
  expect([width, height, data.length]).toEqual([6, 4, 24]);
  expect(noisePicture('uniform', 3).data.slice(0, 24)).toEqual(data);
});
