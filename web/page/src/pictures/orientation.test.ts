import { expect, test } from 'vitest';
import { orientationOfWebp, turn, webpOnItsSide, type Orientation } from './orientation.ts';

test('the orientation of a WebP is found, and nothing else is taken for one', () => {
  const file = webpOnItsSide();
  expect(orientationOfWebp(new DataView(file.buffer))).toBe(6);
  for (let size = 0; size < file.length - 8; ++size)
    expect(orientationOfWebp(new DataView(file.buffer, 0, size))).toBe(1);
  const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]);
  expect(orientationOfWebp(new DataView(jpeg.buffer))).toBe(1);
});

test('every orientation turns a drawing into the canvas', () => {
  const [width, height] = [30, 20];
  // Where the first row and the first column of the file go, by the EXIF standard.
  const first: Record<Orientation, [number, number]> = {
    1: [0, 0],
    2: [30, 0],
    3: [30, 20],
    4: [0, 20],
    5: [0, 0],
    6: [20, 0],
    7: [20, 30],
    8: [0, 30],
  };
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
    const [a, b, c, d, e, f] = turn(orientation, width, height);
    expect([e, f]).toEqual(first[orientation]);
    const end = [a * width + c * height + e, b * width + d * height + f];
    const canvas = orientation > 4 ? [height, width] : [width, height];
    expect([e + end[0]!, f + end[1]!]).toEqual(canvas);
  }
});
