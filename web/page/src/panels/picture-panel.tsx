import { pictureName, seenImage, seenSize } from '../engine/judgement.ts';
import { strings } from '../i18n/index.ts';
import { PixelCanvas } from '../ui/pixel-canvas.tsx';

export function PicturePanel() {
  const t = strings.value;
  const name = pictureName.value;
  return (
    <section class="card picture" aria-labelledby="picture-title">
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
    </section>
  );
}
