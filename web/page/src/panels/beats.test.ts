import { expect, test } from 'vitest';
import { interpolated, momentAt, progressAfter, softened } from './beats.ts';

test('the beats raise the temperature first, then the step', () => {
  expect(momentAt(0.7, 0.0014)).toEqual({ temperature: 1, epsilon: 0 });
  expect(momentAt(1.5, 0.0014).temperature).toBeCloseTo(Math.sqrt(1000), 6);
  expect(momentAt(2, 0.0014)).toEqual({ temperature: 1000, epsilon: 0 });
  expect(momentAt(3, 0.0014)).toEqual({ temperature: 1000, epsilon: 0.0014 });
});

test('playing begins where it was, even where a frame is older than the play, and ends with the last beat', () => {
  expect(progressAfter(0, -4)).toBe(0);
  expect(progressAfter(1, 2600)).toBe(2);
  expect(progressAfter(2.5, 60000)).toBe(3);
});

test('a softmax at another temperature is that of the divided logits', () => {
  const logits = [3, 1, -2];
  const softmax = (t: number) => {
    const powers = logits.map((f) => Math.exp(f / t));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  };
  softened(softmax(1), 20).forEach((p, i) => expect(p).toBeCloseTo(softmax(20)[i]!, 10));
  expect(softened([1, 0], 1)[0]).toBeCloseTo(1, 9);
});

test('between known places a line is straight, and beyond them it goes on as it ends', () => {
  expect(interpolated([0, 1, 2], [0, 10, 30], 1.5)).toBe(20);
  expect(interpolated([0, 1, 2], [5, 10, 30], -1)).toBe(5);
  expect(interpolated([0, 1, 2], [5, 10, 30], 3)).toBe(30);
});
