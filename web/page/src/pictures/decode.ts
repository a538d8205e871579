import { bitmapOptions, orientationLeft, turn, type Orientation } from './orientation.ts';

/** A longer side than this is reduced before the engine sees the picture: phones' photographs are large. */
const longestSide = 1024;

/** What was given is no picture that the browser can read. */
export class NotAPicture extends Error {}

/**
 * Pixels of an image file as the program reads them (native/pictures): turned by its EXIF orientation, on white where it
 * is transparent, without regard to color profiles.
 */
export async function decode(file: Blob): Promise<ImageData> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, bitmapOptions);
  } catch {
    throw new NotAPicture();
  }
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const pixels = drawn(
    bitmap,
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
    await orientationLeft(file),
  );
  bitmap.close();
  return pixels;
}

/** `source` at this size, then turned as an EXIF orientation says. */
function drawn(
  source: ImageBitmap,
  width: number,
  height: number,
  orientation: Orientation,
): ImageData {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = orientation > 4 ? [height, width] : [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.setTransform(...turn(orientation, width, height));
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
