/** Side of the square that the network sees. */
export const side = 32;
export const plane = side * side;

/** A picture as the engine takes it: any size as ImageData, or [3,32,32] in [0,1]. */
export type PictureData = ImageData | Float32Array;

/** [3,32,32] in [0,1] of three bytes a pixel. */
export function planesOfRgb(rgb: Uint8Array): Float32Array {
  const planes = new Float32Array(3 * plane);
  for (let i = 0; i < plane; ++i)
    for (let c = 0; c < 3; ++c) planes[c * plane + i] = (rgb[3 * i + c] ?? 0) / 255;
  return planes;
}

/** Three bytes a pixel of [3,32,32] in [0,1], rounded. */
export function rgbOfPlanes(planes: Float32Array): Uint8Array {
  const rgb = new Uint8Array(3 * plane);
  for (let i = 0; i < plane; ++i)
    for (let c = 0; c < 3; ++c)
      rgb[3 * i + c] = Math.round(255 * Math.min(1, Math.max(0, planes[c * plane + i] ?? 0)));
  return rgb;
}

/** For a canvas: a square [3,side,side] in [0,1], what lies outside is clipped. */
export function imageOfPlanes(planes: Float32Array): ImageData {
  const size = planes.length / 3;
  const image = new ImageData(Math.sqrt(size), Math.sqrt(size));
  for (let i = 0; i < size; ++i) {
    for (let c = 0; c < 3; ++c) image.data[4 * i + c] = 255 * (planes[c * size + i] ?? 0);
    image.data[4 * i + 3] = 255;
  }
  return image;
}
