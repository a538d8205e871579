import { beforeAll, expect, test, vi } from 'vitest';
import { moved, originalOf, partOf } from './crop.ts';

vi.mock('../engine/picture.ts', () => ({ take: vi.fn() }));

beforeAll(() => {
  vi.stubGlobal(
    'ImageData',
    class {
      data: Uint8ClampedArray;
      constructor(
        readonly width: number,
        readonly height: number,
      ) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    },
  );
});

/** Each pixel's red is its column, its green its row. */
function ramp(width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; ++i)
    image.data.set([i % width, Math.floor(i / width), 0, 255], 4 * i);
  return image;
}

test('a wide picture is cut to its middle square, and the square moves within it', () => {
  const first = originalOf(ramp(10, 4), 'wide.png');
  expect([first.x, first.y]).toEqual([3, 0]);
  const part = partOf(first);
  expect([part.width, part.height]).toEqual([4, 4]);
  expect([...part.data.slice(0, 2)]).toEqual([3, 0]);
  expect([...part.data.slice(-4, -2)]).toEqual([6, 3]);
  expect(moved(first, 100, 100)).toMatchObject({ x: 6, y: 0 });
  expect(moved(first, -1, -1)).toMatchObject({ x: 0, y: 0 });
});

test('the whole picture keeps its sides, and a square one is whole anyway', () => {
  const image = ramp(10, 4);
  expect(partOf({ ...originalOf(image, ''), whole: true })).toBe(image);
  const square = ramp(5, 5);
  expect(partOf(originalOf(square, ''))).toBe(square);
});
