import { expect, it } from 'vitest';
import { toFragment } from './codec.ts';
import { defaults } from './state.ts';

it('a picture that a link cannot carry is left out of it', () => {
  const image = { width: 64, height: 64, data: new Uint8ClampedArray(4 * 64 * 64) } as ImageData;
  const state = {
    ...defaults,
    epsilon: 0.002,
    picture: { kind: 'image', source: 'upload', image },
  };
  expect(toFragment(state as typeof defaults)).toBe('eps=0.002');
});
