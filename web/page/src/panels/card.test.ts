import { expect, test } from 'vitest';
import { linesOf } from './card.ts';

const letters = (text: string) => text.length;

test('a text is broken at its spaces, and inside a word only where it fits no line', () => {
  expect(linesOf('it is not a truck', 9, letters)).toEqual(['it is not', 'a truck']);
  expect(linesOf('a verylongword b', 6, letters)).toEqual(['a', 'verylo', 'ngword', 'b']);
  expect(linesOf('', 6, letters)).toEqual([]);
});
