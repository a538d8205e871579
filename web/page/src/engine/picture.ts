import { effect, signal } from '@preact/signals';
import { decode } from '../pictures/decode.ts';
import { noisePicture } from '../pictures/noise.ts';
import { planesOfRgb, rgbOfPlanes, type PictureData } from '../pictures/pixels.ts';
import { sampleUrl } from '../shipped/samples.ts';
import { pictureRef, update, type PictureRef, type PixelSource } from '../state/state.ts';
import { notice, noticeOf } from '../state/notices.ts';
import { readyModel } from './engine.ts';

/** The picture of the state, as the engine takes it; null while it loads. */
export const picture = signal<{ ref: PictureRef; data: PictureData } | null>(null);

/** A sample that could not be fetched. */
export const missingSample = signal<string | null>(null);

async function dataOf(ref: PictureRef): Promise<PictureData> {
  switch (ref.kind) {
    case 'noise':
      return noisePicture(ref.noise, ref.seed);
    case 'pixels':
      return planesOfRgb(ref.rgb);
    case 'sample': {
      const response = await fetch(sampleUrl(ref.name));
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return decode(await response.blob());
    }
  }
}

export function followPicture(): void {
  effect(() => {
    const wanted = pictureRef.value;
    dataOf(wanted).then(
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

/**
 * Takes a picture of any size: the engine reduces it (by the same filter as the native program), and
 * the 32x32 pixels that come out, as whole bytes, are the picture from then on, so that a link to it
 * gives the same score. One that has been overtaken by another choice is dropped.
 */
export async function take(source: PixelSource, image: ImageData): Promise<void> {
  const model = readyModel();
  if (!model) {
    waiting.value = { source, image };
    return;
  }
  const mine = ++lastTaken;
  const before = pictureRef.peek();
  const reduced = await model.detect(image, { temperature: 1, epsilon: 0 });
  if (mine !== lastTaken || pictureRef.peek() !== before) return;
  update({ picture: { kind: 'pixels', source, rgb: rgbOfPlanes(reduced.input) } });
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
