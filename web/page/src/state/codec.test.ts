import { describe, expect, test } from 'vitest';
import { decode, encode } from './base64url.ts';
import { fromFragment, rgbBytes, toFragment } from './codec.ts';
import { defaults, type AppState } from './state.ts';

const noisy = Uint8Array.from({ length: rgbBytes }, (_, i) => (i * 167 + 13) % 256);

const states: Record<string, AppState> = {
  'the defaults': defaults,
  'a sample with other settings': {
    ...defaults,
    tab: 'how',
    temperature: 5,
    epsilon: 0.0002,
    direction: 'fgsm',
    picture: { kind: 'sample', name: 'color_bars' },
    lang: 'ko',
    theme: 'dark',
    sandbox: 'x*y + relu(x)&x=2',
    lesson: 3,
  },
  'noise and its seed': { ...defaults, picture: { kind: 'noise', noise: 'gaussian', seed: 417 } },
  'a playground with points': { ...defaults, tab: 'play', play: 'd:drawn~T:100~p:0a0b0zz091' },
  'a drawing': { ...defaults, picture: { kind: 'pixels', source: 'drawing', rgb: noisy } },
  'a model of the visitor, oddly named': { ...defaults, model: 'my net&T=3 #1.safetensors' },
};

describe('a link', () => {
  for (const [name, state] of Object.entries(states))
    test(`brings back ${name}`, () => {
      expect(fromFragment('#' + toFragment(state))).toEqual(state);
    });

  test('is empty for the defaults and short for a sample', () => {
    expect(toFragment(defaults)).toBe('');
    expect(toFragment({ ...defaults, picture: { kind: 'sample', name: 'cat' } })).toBe(
      'picture=sample:cat',
    );
  });

  test('with a picture stays below 4200 characters', () => {
    expect(toFragment(states['a drawing']!).length).toBeLessThan(4200);
  });

  const broken = [
    'T=hot&eps=-1&direction=sideways&lang=xx&theme=pink&tab=9',
    'T=&eps=&picture=',
    'T=0&eps=9',
    'picture=sample:../../etc/passwd',
    'picture=gaussian:-3',
    'picture=drawing:AAAA',
    'picture=upload:!!!!',
    '%E0%A4%A',
    'model=' + 'x'.repeat(999),
  ];
  for (const fragment of broken)
    test(`that makes no sense gives the defaults: ${fragment.slice(0, 40)}`, () => {
      expect(fromFragment(fragment)).toEqual(defaults);
    });
});

describe('base64url', () => {
  test('survives every byte and every length', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);
    for (const length of [0, 1, 2, 3, 256])
      expect(decode(encode(bytes.slice(0, length)))).toEqual(bytes.slice(0, length));
  });

  test('uses no character that a URL escapes', () => {
    expect(encode(noisy)).toMatch(/^[\w-]+$/);
  });
});
