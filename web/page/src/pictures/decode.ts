/** A longer side than this is reduced before the engine sees the picture: phones' photographs are large. */
const longestSide = 1024;

/** What was given is no picture that the browser can read. */
export class NotAPicture extends Error {}

/** Pixels of an image file, on white where it is transparent. */
export async function decode(file: Blob): Promise<ImageData> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none' });
  } catch {
    throw new NotAPicture();
  }
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const pixels = drawn(
    bitmap,
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  bitmap.close();
  return pixels;
}

function drawn(source: ImageBitmap, width: number, height: number): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
