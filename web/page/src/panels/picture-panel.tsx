import { pictureName, seenImage, seenSize } from '../engine/judgement.ts';
import { strings } from '../i18n/index.ts';
import { CropInput } from '../inputs/crop-input.tsx';
import { original } from '../inputs/crop.ts';
import { state } from '../state/state.ts';
import { PixelCanvas } from '../ui/pixel-canvas.tsx';

export function PicturePanel() {
  const t = strings.value;
  const name = pictureName.value;
  const { picture } = state.value;
  const isUpload =
    original.value !== null &&
    (picture.kind === 'pixels' || picture.kind === 'image') &&
    picture.source === 'upload';
  return (
    <section
      class={`card picture ${isUpload ? 'with-original' : ''}`}
      aria-labelledby="picture-title"
    >
      <h2 id="picture-title" class="sr-only">
        {t.input.title}
      </h2>
      <figure id="picture" tabIndex={-1}>
        <PixelCanvas image={seenImage.value} label={t.step.asPicture(name, ...seenSize.value)} />
        <figcaption>
          <strong>{name}</strong>
          <span>{t.input.asSeen(...seenSize.value)}</span>
        </figcaption>
      </figure>
      {isUpload && <CropInput />}
    </section>
  );
}
