import { take } from '../engine/picture.ts';
import { strings } from '../i18n/index.ts';
import { imageOfPlanes, planesOfRgb } from '../pictures/pixels.ts';
import { state } from '../state/state.ts';
import { DrawingPad } from './drawing-pad.tsx';

/** A linked drawing comes back as the pixels it was judged by. */
function restore(context: CanvasRenderingContext2D, padSide: number): void {
  const { picture } = state.peek();
  const isOurs = picture.kind === 'pixels' || picture.kind === 'image';
  if (!isOurs || picture.source !== 'drawing') return;
  const drawn = picture.kind === 'image' ? picture.image : imageOfPlanes(planesOfRgb(picture.rgb));
  const small = new OffscreenCanvas(drawn.width, drawn.height);
  small.getContext('2d')!.putImageData(drawn, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, padSide, padSide);
}

export function DrawingInput() {
  return (
    <DrawingPad
      begin={restore}
      onDrawn={(image) => take('drawing', image).catch(() => undefined)}
      hint={strings.value.input.padHint}
    />
  );
}
