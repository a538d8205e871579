import { signal } from '@preact/signals';
import { takeBlankDrawing } from '../engine/picture.ts';
import { pictureRef, update, type PictureRef } from '../state/state.ts';

export const sources = ['samples', 'upload', 'camera', 'drawing', 'noise'] as const;
export type Source = (typeof sources)[number];

export function sourceOf(picture: PictureRef): Source {
  if (picture.kind === 'sample') return 'samples';
  return picture.kind === 'noise' ? 'noise' : picture.source;
}

/** Whose controls are shown. */
export const openSource = signal<Source>('samples');

/** What can be shown at once is, so that no other picture's verdict stands beside the pad or the noise. */
export function choose(source: Source): void {
  openSource.value = source;
  const now = sourceOf(pictureRef.peek());
  if (source === 'drawing' && now !== 'drawing') takeBlankDrawing();
  if (source === 'noise' && now !== 'noise')
    update({ picture: { kind: 'noise', noise: 'uniform', seed: 1 } });
}
