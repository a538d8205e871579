import { expect, test } from 'vitest';
import { isAnimated } from './animated.ts';

const view = (...parts: (string | number[])[]) =>
  new DataView(
    Uint8Array.from(
      parts.flatMap((part) =>
        typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part,
      ),
    ).buffer,
  );

const u32 = (value: number) => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const chunk = (kind: string, data: number[]) => [
  ...u32(data.length),
  ...[...kind].map((c) => c.charCodeAt(0)),
  ...data,
  ...u32(0),
];

/** A GIF of as many pictures of one pixel, with a color table of its own for each or one for all. */
const gif = (pictures: number, own: boolean) =>
  view('GIF89a', [1, 0, 1, 0, own ? 0 : 0x80, 0, 0], own ? [] : [0, 0, 0, 255, 255, 255], [
    ...Array.from({ length: pictures }, () => [
      ...[0x21, 0xf9, 4, 0, 0, 0, 0, 0],
      ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, own ? 0x80 : 0],
      ...(own ? [0, 0, 0, 255, 255, 255] : []),
      ...[2, 2, 0x44, 0x01, 0],
    ]).flat(),
    0x3b,
  ]);
const png = (...chunks: number[][]) => view([0x89], 'PNG\r\n', [0x1a, 10], chunks.flat());
const webp = (flags: number) => view('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, flags, 0]);

test('files of several pictures are told from those of one', () => {
  expect(isAnimated(gif(2, false))).toBe(true);
  expect(isAnimated(gif(3, true))).toBe(true);
  expect(isAnimated(gif(1, false))).toBe(false);
  expect(isAnimated(gif(1, true))).toBe(false);
  const [header, data] = [chunk('IHDR', Array(13).fill(0)), chunk('IDAT', [0])];
  expect(isAnimated(png(header, chunk('acTL', [...u32(2), ...u32(0)]), data))).toBe(true);
  expect(isAnimated(png(header, chunk('acTL', [...u32(1), ...u32(0)]), data))).toBe(false);
  expect(isAnimated(png(header, data))).toBe(false);
  expect(isAnimated(webp(0x12))).toBe(true);
  expect(isAnimated(webp(0x10))).toBe(false);
  expect(isAnimated(view([0, 0, 0, 28], 'ftypavis'))).toBe(true);
  expect(isAnimated(view([0, 0, 0, 28], 'ftypavif'))).toBe(false);
  expect(isAnimated(view([0xff, 0xd8, 0xff]))).toBe(false);
});

test('the end of a file may be missing anywhere', () => {
  for (const whole of [gif(2, true), png(chunk('acTL', [...u32(2), ...u32(0)])), webp(2)])
    for (let size = 0; size < whole.byteLength; ++size)
      expect(() => isAnimated(new DataView(whole.buffer, 0, size))).not.toThrow();
});
