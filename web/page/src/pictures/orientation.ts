// The EXIF orientation of WebP files. Browsers apply that of JPEG and PNG files, but not all of them that of WebP.

/** 1 is upright; 5 to 8 exchange width and height. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export const bitmapOptions: ImageBitmapOptions = {
  colorSpaceConversion: 'none',
  imageOrientation: 'from-image',
};

/** What of a file's orientation is left to do after createImageBitmap. */
export async function orientationLeft(file: Blob): Promise<Orientation> {
  const head = new DataView(await file.slice(0, 12).arrayBuffer());
  if (text(head, 8) !== 'WEBP') return 1;
  const orientation = orientationOfWebp(new DataView(await file.arrayBuffer()));
  return orientation === 1 || (await browserTurnsWebp()) ? 1 : orientation;
}

/** A canvas transform that turns a drawing of width x height so that it stands upright. */
export function turn(
  orientation: Orientation,
  width: number,
  height: number,
): [number, number, number, number, number, number] {
  switch (orientation) {
    case 1:
      return [1, 0, 0, 1, 0, 0];
    case 2:
      return [-1, 0, 0, 1, width, 0];
    case 3:
      return [-1, 0, 0, -1, width, height];
    case 4:
      return [1, 0, 0, -1, 0, height];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, height, 0];
    case 7:
      return [0, -1, -1, 0, height, width];
    case 8:
      return [0, -1, 1, 0, 0, width];
  }
}

/** The orientation in a WebP file's EXIF chunk; 1 without one, and for other files. */
export function orientationOfWebp(file: DataView): Orientation {
  if (text(file, 0) !== 'RIFF' || text(file, 8) !== 'WEBP') return 1;
  for (let at = 12; at + 8 <= file.byteLength;) {
    const size = file.getUint32(at + 4, true);
    const end = Math.min(at + 8 + size, file.byteLength);
    if (text(file, at) === 'EXIF')
      return orientationOfExif(new DataView(file.buffer, file.byteOffset + at + 8, end - at - 8));
    at += 8 + size + (size % 2);
  }
  return 1;
}

/** As exif_orientation in native/pictures/exif.cpp. */
function orientationOfExif(exif: DataView): Orientation {
  const start = text(exif, 0) === 'Exif' ? 6 : 0;
  const order = text(exif, start);
  if (order !== 'II*\0' && order !== 'MM\0*') return 1;
  const little = order.startsWith('I');
  const number = (at: number, size: 2 | 4) => {
    if (start + at + size > exif.byteLength) return 0;
    return size === 2 ? exif.getUint16(start + at, little) : exif.getUint32(start + at, little);
  };
  const directory = number(4, 4);
  const entries = number(directory, 2);
  for (let i = 0; i < entries; ++i) {
    const entry = directory + 2 + 12 * i;
    if (number(entry, 2) !== 0x112) continue;
    const value = number(entry + 8, 2);
    const legal = number(entry + 2, 2) === 3 && number(entry + 4, 4) === 1;
    return legal && value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

function text(file: DataView, at: number): string {
  if (at + 4 > file.byteLength) return '';
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => file.getUint8(at + i)));
}

let turnsWebp: Promise<boolean> | undefined;

/** Asks the browser for a WebP of 2x1 pixels that lies on its side. */
function browserTurnsWebp(): Promise<boolean> {
  turnsWebp ??= createImageBitmap(new Blob([webpOnItsSide()]), bitmapOptions).then(
    (bitmap) => bitmap.height === 2,
    () => false,
  );
  return turnsWebp;
}

/** A lossless WebP of 2x1 black pixels with orientation 6. */
export function webpOnItsSide(): Uint8Array<ArrayBuffer> {
  const bytes = atob(WEBP_ON_ITS_SIDE);
  return Uint8Array.from(bytes, (c) => c.charCodeAt(0));
}

const WEBP_ON_ITS_SIDE =
  'UklGRk4AAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4TA4AAAAvAQAAAAcQEf0PRET/A0VYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAA=';
