import { expect, test } from 'vitest';
import { tickTexts } from './format.ts';

test('ticks have the decimals that tell neighbors apart, and no fewer than asked', () => {
  expect(tickTexts([0, 0.5, 1], 2)).toEqual(['0.00', '0.50', '1.00']);
  expect(tickTexts([0.25, 0.250001, 0.250002], 4)).toEqual(['0.250000', '0.250001', '0.250002']);
  expect(tickTexts([0.3], 4)).toEqual(['0.3000']);
  expect(tickTexts([], 4)).toEqual([]);
});
