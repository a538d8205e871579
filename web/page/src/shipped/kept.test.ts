import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptOpinion } from './kept.ts';
import { firstModel, shippedModels } from './models.ts';
import { samples } from './samples.ts';

const examples = join(import.meta.dirname, '../../public/examples');
const scores = join(import.meta.dirname, '../../public/models');

test('what is kept of every sample, of the first network, is what its example says', () => {
  for (const { name } of samples) {
    const example = JSON.parse(readFileSync(join(examples, `${name}.json`), 'utf8'));
    const kept = keptOpinion(name, firstModel)!;
    expect(kept.className).toBe(example.className);
    expect(kept.msp).toBeCloseTo(example.msp, 6);
    expect(kept.verdict).toBe(example.odin > example.threshold ? 'in' : 'out');
  }
});

test('every shipped network has an opinion of every sample, and scores of known pictures', () => {
  const files = readdirSync(scores);
  for (const { name } of shippedModels) {
    for (const sample of samples) expect(keptOpinion(sample.name, name)).not.toBeNull();
    expect(files).toContain(`${name}.scores.json`);
    const { sets, settings, methods } = JSON.parse(
      readFileSync(join(scores, `${name}.scores.json`), 'utf8'),
    );
    expect(sets.map((set: { name: string }) => set.name)).toContain(
      'TinyImageNet (resize), triangle filter',
    );
    for (const { counts, above } of settings) {
      expect(above).toHaveLength(sets.length);
      counts.forEach((bins: number[], i: number) =>
        expect(bins.reduce((a, b) => a + b, 0)).toBe(sets[i].n),
      );
    }
    expect(Object.keys(methods.thresholds)).toContain('energy');
  }
});
