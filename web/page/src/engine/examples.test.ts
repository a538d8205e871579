import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firstModel } from '../shipped/models.ts';
import { samples } from '../shipped/samples.ts';
import { defaults } from '../state/state.ts';
import { resultOf, type Example } from './examples.ts';
import grid from './grid.json';

const folder = join(import.meta.dirname, '../../public/examples');

test('every sample has a kept result', () => {
  const kept = readdirSync(folder).map((file) => file.replace('.json', ''));
  expect(kept.sort()).toEqual(samples.map(({ name }) => name).sort());
});

for (const { name } of samples)
  test(`the kept result of ${name} is of the page's settings, and its step is against the gradient`, () => {
    const example = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Example;
    expect(example.model).toBe(firstModel);
    expect(example.temperature).toBe(defaults.temperature);
    expect(example.epsilon).toBe(defaults.epsilon);
    expect(example.curves.temperatures).toEqual(grid.temperatures);
    expect(example.curves.epsilons).toEqual(grid.epsilons);
    const { gradient, input, perturbed } = resultOf(example);
    // A gradient that was rounded to 0 may have had either sign.
    const isWrong = (g: number, i: number) =>
      g !== 0 && Math.sign(g) !== Math.sign(input[i]! - perturbed[i]!);
    expect(gradient.findIndex(isWrong)).toBe(-1);
  });
