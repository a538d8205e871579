import { signal } from '@preact/signals';
import { take } from '../engine/picture.ts';

/** What was uploaded, at most 1024 pixels a side, and which part of it the network is shown. */
export interface Original {
  image: ImageData;
  name: string;
  /** The square's left upper corner, in pixels. */
  x: number;
  y: number;
  whole: boolean;
}

export const original = signal<Original | null>(null);

export const squareSide = ({ image }: Original): number => Math.min(image.width, image.height);

/** The middle square of a picture that is not square. */
export function originalOf(image: ImageData, name: string): Original {
  const side = Math.min(image.width, image.height);
  const [x, y] = [image.width - side, image.height - side].map((rest) => Math.floor(rest / 2));
  return { image, name, x: x!, y: y!, whole: false };
}

export function moved(from: Original, x: number, y: number): Original {
  const side = squareSide(from);
  const within = (value: number, most: number) => Math.round(Math.min(most, Math.max(0, value)));
  return {
    ...from,
    x: within(x, from.image.width - side),
    y: within(y, from.image.height - side),
  };
}

/** What the network is shown of it. */
export function partOf(from: Original): ImageData {
  const { image, x, y, whole } = from;
  const side = squareSide(from);
  if (whole || image.width === image.height) return image;
  const part = new ImageData(side, side);
  for (let row = 0; row < side; ++row) {
    const begin = 4 * ((y + row) * image.width + x);
    part.data.set(image.data.subarray(begin, begin + 4 * side), 4 * row * side);
  }
  return part;
}

export async function takePart(from: Original): Promise<void> {
  original.value = from;
  await take('upload', partOf(from));
}
