import { computed, effect, signal } from '@preact/signals';
import type { Model } from '../../../api/types.ts';
import { decode } from '../pictures/decode.ts';
import { noisePicture, type Size } from '../pictures/noise.ts';
import { planesOfRgb, rgbOfPlanes, side, type PictureData } from '../pictures/pixels.ts';
import { sampleUrl } from '../shipped/samples.ts';
import { pictureRef, update, type PictureRef, type PixelSource } from '../state/state.ts';
import { notice, noticeOf } from '../state/notices.ts';
import { inputOf, readyModel } from './engine.ts';

/** The picture of the state, as the engine takes it; null while it loads. */
export const picture = signal<{ ref: PictureRef; data: PictureData } | null>(null);

/** A sample that could not be fetched. */
export const missingSample = signal<string | null>(null);

async function dataOf(ref: PictureRef, size: Size): Promise<PictureData> {
  switch (ref.kind) {
    case 'noise':
      return noisePicture(ref.noise, ref.seed, size);
    case 'pixels':
      return planesOfRgb(ref.rgb);
    case 'image':
      return ref.image;
    case 'sample': {
      const response = await fetch(sampleUrl(ref.name));
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return decode(await response.blob());
    }
  }
}

/** What the network sees, as text, so that it changes only with a network that sees something else. */
const seenSize = computed(() => JSON.stringify(inputOf(readyModel())));

export function followPicture(): void {
  effect(() => {
    const wanted = pictureRef.value;
    // Noise is made as large as the network sees it; what else there is, the engine resizes.
    const size: Size = JSON.parse(wanted.kind === 'noise' ? seenSize.value : seenSize.peek());
    dataOf(wanted, size).then(
      (data) => {
        if (pictureRef.peek() !== wanted) return;
        picture.value = { ref: wanted, data };
        missingSample.value = null;
      },
      () => {
        if (pictureRef.peek() !== wanted) return;
        missingSample.value = wanted.kind === 'sample' ? wanted.name : null;
      },
    );
  });
}

/** Given by the visitor while the model was still loading; shown when it is there. */
export const waiting = signal<{ source: PixelSource; image: ImageData } | null>(null);

let lastTaken = 0;

/** Whether 32x32 pixels are all that the network sees. */
function seesSmall(model: Model): boolean {
  const { channels, height, width } = inputOf(model);
  const fixed = model.info.input[1] !== null;
  return fixed && channels === 3 && height === side && width === side;
}

/**
 * Takes a picture of any size: the engine reduces it (by the same filter as the native program), and
 * the 32x32 pixels that come out, as whole bytes, are the picture from then on, so that a link to it
 * gives the same score. For networks that see more it stays as it is. One that has been overtaken by
 * another choice is dropped.
 */
export async function take(source: PixelSource, image: ImageData): Promise<void> {
  const model = readyModel();
  if (!model) {
    waiting.value = { source, image };
    return;
  }
  const mine = ++lastTaken;
  if (!seesSmall(model)) {
    update({ picture: { kind: 'image', source, image } });
    return;
  }
  const before = pictureRef.peek();
  const reduced = await model.detect(image, { temperature: 1, epsilon: 0 });
  if (mine !== lastTaken || pictureRef.peek() !== before) return;
  update({ picture: { kind: 'pixels', source, rgb: rgbOfPlanes(reduced.input) } });
}

/** White, as a drawing begins: shown at once, so that no other picture's verdict stands beside the pad. */
export function takeBlankDrawing(): void {
  const model = readyModel();
  if (!model || seesSmall(model)) {
    const rgb = new Uint8Array(3 * side * side).fill(255);
    update({ picture: { kind: 'pixels', source: 'drawing', rgb } });
    return;
  }
  const { height, width } = inputOf(model);
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  const image = new ImageData(data, width, height);
  update({ picture: { kind: 'image', source: 'drawing', image } });
}

export function takeWhatWaits(): void {
  effect(() => {
    void pictureRef.value; // another choice meanwhile
    waiting.value = null;
  });
  effect(() => {
    const given = waiting.value;
    if (!given || !readyModel()) return;
    waiting.value = null;
    take(given.source, given.image).catch((error) => (notice.value = noticeOf(error, '')));
  });
}
