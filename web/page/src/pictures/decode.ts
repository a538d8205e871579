import { isAnimated } from './animated.ts';
import { bitmapOptions, orientationLeft, turn, type Orientation } from './orientation.ts';

/** A longer side than this is reduced before the engine sees the picture: phones' photographs are large. */
const longestSide = 1024;

/** What was given is no picture that the browser can read. */
export class NotAPicture extends Error {}

export interface Decoded {
  image: ImageData;
  /** The file has several pictures: this is the first. */
  animated: boolean;
  /** What is seen through is white. */
  transparent: boolean;
}

/** Pixels of an image file as decodeFully() reads them. */
export const decode = async (file: Blob): Promise<ImageData> => (await decodeFully(file)).image;

/**
 * Pixels of an image file as the program reads them (native/pictures): turned by its EXIF orientation, on white where it
 * is transparent, without regard to color profiles.
 */
export async function decodeFully(file: Blob): Promise<Decoded> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, bitmapOptions);
  } catch {
    throw new NotAPicture();
  }
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  ) as [number, number];
  const image = drawn(bitmap, width, height, await orientationLeft(file), 'white');
  const transparent =
    !/jpeg|bmp/.test(file.type) &&
    drawn(bitmap, width, height, 1).data.some((value, i) => i % 4 === 3 && value < 255);
  bitmap.close();
  return { image, animated: isAnimated(new DataView(await file.arrayBuffer())), transparent };
}

/** `source` at this size, then turned as an EXIF orientation says, on a ground or none. */
function drawn(
  source: ImageBitmap,
  width: number,
  height: number,
  orientation: Orientation,
  ground?: string,
): ImageData {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = orientation > 4 ? [height, width] : [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  if (ground) {
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.imageSmoothingQuality = 'high';
  context.setTransform(...turn(orientation, width, height));
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
