import { expect, test } from 'vitest';
import manifest from '../../../../weights/manifest.json';
import { firstModel } from '../shipped/models.ts';
import { defaults } from './state.ts';

test('the page starts with the settings of its first network', () => {
  const own = manifest.models.find(({ name }) => name === firstModel)?.odin;
  expect(defaults.temperature).toBe(own?.temperature);
  expect(defaults.epsilon).toBe(own?.epsilon);
});
