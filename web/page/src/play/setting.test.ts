import { expect, test } from 'vitest';
import { pointsOf } from './data.ts';
import { emptySquares, figuresOf } from './figures.ts';
import { cells } from './messages.ts';
import { defaults, fromText, toText } from './setting.ts';

test('a setting comes back from its text', () => {
  const setting = {
    ...defaults,
    ...{ data: 'drawn' as const, depth: 3, width: 16, activation: 'relu' as const, rate: 0.01 },
    ...{ seed: 42, temperature: 1000, epsilon: 0.2 },
    drawn: [
      { x: -2, y: 2, label: 0 as const },
      { x: 0.5, y: -1.25, label: 1 as const },
    ],
  };
  const back = fromText(toText(setting));
  expect({ ...back, drawn: [] }).toEqual({ ...setting, drawn: [] });
  back.drawn.forEach((point, i) => {
    expect(point.label).toBe(setting.drawn[i]!.label);
    expect(Math.hypot(point.x - setting.drawn[i]!.x, point.y - setting.drawn[i]!.y)).toBeLessThan(
      0.01,
    );
  });
  expect(toText(defaults)).toBe('');
});

test('text that makes no sense is the default', () => {
  for (const text of [null, '', 'd:squares~l:99~w:-1~f:x~r:0~s:-4~T:3~e:7~p:!!', '~~~:::', 'zz'])
    expect(fromText(text)).toEqual(defaults);
});

test('data is the same for a seed, of both classes and inside the plane', () => {
  for (const data of ['moons', 'circles', 'spirals'] as const) {
    const points = pointsOf({ data, seed: 3, drawn: [] });
    expect(points).toEqual(pointsOf({ data, seed: 3, drawn: [] }));
    expect(points).not.toEqual(pointsOf({ data, seed: 4, drawn: [] }));
    expect(points.filter(({ label }) => label === 1)).toHaveLength(points.length / 2);
    for (const { x, y } of points) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThan(1.6);
  }
});

test('what is far from all points is empty, and its shares are counted', () => {
  const empty = emptySquares([{ x: 0, y: 0, label: 0 }]);
  expect(empty.length).toBeGreaterThan(0.9 * cells * cells);
  expect(empty).not.toContain((cells / 2) * cells + cells / 2);
  const size = cells * cells;
  const picture = {
    ...{ steps: 1, loss: 1, accuracy: 1, confidenceLimit: 0.9, odinLimit: 0.6 },
    second: new Float32Array(size),
    confidence: new Float32Array(size).fill(0.99),
    odin: new Float32Array(size).fill(0.5),
  };
  expect(figuresOf(picture, empty)).toEqual({ sure: 1, odin: 1, baseline: 0 });
});
