// Pictures as people have them, made to what the engine takes.

import { shown } from './options.ts';
import type { Fit, ModelInfo, Picture, Pixels, Planes } from './types.ts';

/** What goes to the engine, in a message to the worker. */
export type PlainPicture = Float32Array | Pixels | Planes;

/** The engine takes no more pixels; what the browser decodes is made smaller. */
const mostPixels = 24 * 2 ** 20;

/** Anything that drawImage() takes, and its size. */
interface Drawable {
  source: CanvasImageSource;
  width: number;
  height: number;
  close(): void;
}

/**
 * At once where nothing has to be decoded, so that what is done to the numbers afterwards does not
 * matter. Crops to the shape that the network sees, and squashes where the model itself would crop.
 */
export function plainPicture(
  picture: Picture,
  fit: Fit | undefined,
  info: ModelInfo,
): PlainPicture | Promise<PlainPicture> {
  if (fit !== undefined && fit !== 'crop' && fit !== 'squash')
    throw new Error(`picture: expected 'crop' or 'squash' as fit, got ${shown(fit)}`);
  if (picture instanceof Float32Array) return picture;
  if (hasPixels(picture)) {
    const { width, height, data } = picture;
    const plain = { width, height, data } as Pixels | Planes;
    if (fit === 'crop') return cropped(plain, info);
    return fit === 'squash' && cropsItself(info) ? squashed(plain, info) : plain;
  }
  return decoded(picture, fit, info);
}

function hasPixels(picture: Picture): picture is Pixels | Planes {
  return typeof picture === 'object' && picture !== null && 'data' in picture;
}

/** Whether the model's own way leaves the borders out. */
const cropsItself = ({ preprocess, input }: ModelInfo) =>
  preprocess.mode === 'crop' && input[1] !== null;

interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The middle that has the shape of the network's input. */
function middle(width: number, height: number, { input }: ModelInfo): Part {
  const aspect = (input[2] ?? 1) / (input[1] ?? 1);
  const w = Math.max(1, Math.min(width, Math.round(height * aspect)));
  const h = Math.max(1, Math.min(height, Math.round(width / aspect)));
  return { x: (width - w) >> 1, y: (height - h) >> 1, width: w, height: h };
}

/** Four numbers a pixel, or one in each plane. */
function cropped({ width, height, data }: Pixels | Planes, info: ModelInfo): PlainPicture {
  const part = middle(width, height, info);
  const isPlanes = data instanceof Float32Array;
  const planes = isPlanes ? Math.floor(data.length / (width * height)) : 1;
  const each = isPlanes ? 1 : 4;
  const size = part.width * part.height * each;
  const to = isPlanes ? new Float32Array(planes * size) : new Uint8ClampedArray(size);
  for (let c = 0; c < planes; ++c)
    for (let y = 0; y < part.height; ++y) {
      const from = ((c * height + part.y + y) * width + part.x) * each;
      const row = data.subarray(from, from + part.width * each);
      to.set(row, c * size + y * part.width * each);
    }
  return { width: part.width, height: part.height, data: to } as Pixels | Planes;
}

async function squashed(plain: Pixels | Planes, info: ModelInfo): Promise<PlainPicture> {
  if (plain.data instanceof Float32Array)
    throw new Error(
      "picture: fit: 'squash' of planes of numbers is not possible with this model; give ImageData",
    );
  if (typeof createImageBitmap === 'undefined') throw noDecoder("fit: 'squash' with this model");
  const image = new ImageData(plain.data as ImageDataArray, plain.width, plain.height);
  return drawn(drawableOf(await createImageBitmap(image)), 'squash', info);
}

async function decoded(
  picture: Exclude<Picture, Float32Array | Pixels | Planes>,
  fit: Fit | undefined,
  info: ModelInfo,
): Promise<PlainPicture> {
  const drawable = await drawableFrom(picture);
  try {
    return drawn(drawable, fit, info);
  } finally {
    drawable.close();
  }
}

async function drawableFrom(picture: unknown): Promise<Drawable> {
  if (typeof Blob !== 'undefined' && picture instanceof Blob) return fromFile(picture);
  const given = (typeof picture === 'object' && picture !== null ? picture : {}) as Record<
    string,
    unknown
  >;
  if ('naturalWidth' in given) return fromElement(given as unknown as HTMLImageElement);
  if ('videoWidth' in given) {
    const video = given as unknown as HTMLVideoElement;
    if (video.videoWidth === 0)
      throw new Error('picture: the <video> shows no picture yet: wait for its event loadeddata');
    return { source: video, width: video.videoWidth, height: video.videoHeight, close() {} };
  }
  if (('getContext' in given || 'close' in given) && 'width' in given)
    return drawableOf(given as unknown as ImageBitmap, false);
  throw new Error(
    'picture: expected a File, a Blob, an <img>, a <canvas>, an ImageBitmap, ImageData or pixels in ' +
      `[0, 1], got ${shown(picture)}`,
  );
}

async function fromFile(file: Blob): Promise<Drawable> {
  if (typeof createImageBitmap === 'undefined') throw noDecoder('a File or Blob');
  const name = 'name' in file ? `'${String(file.name)}'` : 'the Blob';
  try {
    return drawableOf(await createImageBitmap(file, { imageOrientation: 'from-image' }));
  } catch {
    const type = file.type ? ` (${file.type})` : '';
    throw new Error(
      `picture: ${name}, ${file.size} bytes${type}, is no picture that this browser can read`,
    );
  }
}

async function fromElement(image: HTMLImageElement): Promise<Drawable> {
  if (!image.complete) await image.decode().catch(() => {});
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width === 0 || height === 0)
    throw new Error(`picture: the <img> has no picture: '${image.currentSrc}' cannot be shown`);
  return { source: image, width, height, close() {} };
}

/** `own`: nobody else has it. */
function drawableOf(bitmap: ImageBitmap, own = true): Drawable {
  const { width, height } = bitmap;
  if (width === 0 || height === 0)
    throw new Error(`picture: expected at least one pixel, got ${width}x${height}`);
  return { source: bitmap, width, height, close: () => (own ? bitmap.close() : undefined) };
}

function noDecoder(what: string): Error {
  return new Error(
    `picture: ${what} needs a browser's decoder, which is not here; give { width, height, data } ` +
      'with four bytes a pixel (the packages pngjs and jpeg-js read files)',
  );
}

/** Pixels on white, as with `odin detect`. */
function drawn({ source, width, height }: Drawable, fit: Fit | undefined, info: ModelInfo): Pixels {
  const part = fit === 'crop' ? middle(width, height, info) : { x: 0, y: 0, width, height };
  const scale = Math.min(1, Math.sqrt(mostPixels / (part.width * part.height)));
  let to = [part.width, part.height].map((side) => Math.max(1, Math.floor(side * scale)));
  if (fit === 'squash' && cropsItself(info)) to = [info.input[2]!, info.input[1]!];
  const [w, h] = to as [number, number];
  const context = canvasOf(w, h).getContext('2d', { willReadFrequently: true }) as
    CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  if (!context) throw new Error(`picture: no canvas of ${w}x${h} pixels can be had here`);
  context.fillStyle = 'white';
  context.fillRect(0, 0, w, h);
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, part.x, part.y, part.width, part.height, 0, 0, w, h);
  try {
    const { data } = context.getImageData(0, 0, w, h);
    return { width: w, height: h, data: data as Uint8ClampedArray };
  } catch {
    throw new Error(
      'picture: it comes from another origin, which does not let this page read its pixels; its ' +
        "server has to send Access-Control-Allow-Origin, and an <img> needs crossorigin='anonymous'",
    );
  }
}

function canvasOf(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  if (typeof document === 'undefined') throw noDecoder('a picture to be drawn');
  return Object.assign(document.createElement('canvas'), { width, height });
}
