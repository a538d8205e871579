import type { Planes } from '../../../api/types.ts';

/** Side of the square that the shipped networks see. */
export const side = 32;
export const plane = side * side;

/** A picture as the engine takes it, of any size. */
export type PictureData = ImageData | Planes;

/** 32x32 planes in [0,1] of three bytes a pixel. */
export function planesOfRgb(rgb: Uint8Array): Planes {
  const data = new Float32Array(3 * plane);
  for (let i = 0; i < plane; ++i)
    for (let c = 0; c < 3; ++c) data[c * plane + i] = (rgb[3 * i + c] ?? 0) / 255;
  return { width: side, height: side, data };
}

/** Three bytes a pixel of [3,32,32] in [0,1], rounded. */
export function rgbOfPlanes(planes: Float32Array): Uint8Array {
  const rgb = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; ++i)
    for (let c = 0; c < 3; ++c)
      rgb[3 * i + c] = Math.round(255 * Math.min(1, Math.max(0, planes[c * plane + i] ?? 0)));
  return rgb;
}

/** For a canvas: one channel or three in [0,1], what lies outside is clipped. */
export function imageOfPlanes({ width, height, data }: Planes): ImageData {
  const size = width * height;
  const step = data.length > size ? size : 0;
  const image = new ImageData(width, height);
  for (let i = 0; i < size; ++i) {
    for (let c = 0; c < 3; ++c) image.data[4 * i + c] = 255 * (data[c * step + i] ?? 0);
    image.data[4 * i + 3] = 255;
  }
  return image;
}
