/** Whether a GIF, PNG, WebP or AVIF file has more than one picture, of which createImageBitmap shows the first. */
export function isAnimated(file: DataView): boolean {
  if (text(file, 0, 3) === 'GIF') return hasSecondGifPicture(file);
  if (text(file, 1, 3) === 'PNG') return hasAnimationChunk(file);
  if (text(file, 0) === 'RIFF' && text(file, 8) === 'WEBP')
    return text(file, 12) === 'VP8X' && (byte(file, 20) & 2) !== 0;
  return text(file, 4) === 'ftyp' && text(file, 8) === 'avis';
}

const byte = (file: DataView, at: number) => (at < file.byteLength ? file.getUint8(at) : 0);

const text = (file: DataView, at: number, length = 4) =>
  String.fromCharCode(...Array.from({ length }, (_, i) => byte(file, at + i)));

/** The bytes of a color table, by the flags of its descriptor. */
const tableSize = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

function hasSecondGifPicture(file: DataView): boolean {
  const pastBlocks = (at: number) => {
    while (byte(file, at) !== 0) at += 1 + byte(file, at);
    return at + 1;
  };
  let pictures = 0;
  let at = 13 + tableSize(byte(file, 10));
  while (at < file.byteLength) {
    const kind = byte(file, at);
    if (kind === 0x2c) {
      if (++pictures === 2) return true;
      at = pastBlocks(at + 11 + tableSize(byte(file, at + 9)));
    } else if (kind === 0x21) {
      at = pastBlocks(at + 2);
    } else {
      return false;
    }
  }
  return false;
}

/** An acTL chunk, which stands before the first picture, of several frames. */
function hasAnimationChunk(file: DataView): boolean {
  for (let at = 8; at + 12 <= file.byteLength; at += 12 + file.getUint32(at)) {
    const kind = text(file, at + 4);
    if (kind === 'acTL') return file.getUint32(at + 8) > 1;
    if (kind === 'IDAT') return false;
  }
  return false;
}
