import { useMemo } from 'preact/hooks';
import { shown } from '../engine/detect.ts';
import { pictureName, seenImage, seenSize } from '../engine/judgement.ts';
import { strings } from '../i18n/index.ts';
import { imageOfPlanes } from '../pictures/pixels.ts';
import { lang } from '../state/state.ts';
import { PixelCanvas } from '../ui/pixel-canvas.tsx';
import type { Result } from '../engine/result.ts';

/** Values of the picture's shape. */
function imageOf({ shape: [, height, width] }: Result, data: Float32Array): ImageData {
  return imageOfPlanes({ width, height, data });
}

/** Grey where nothing matters; the strongest hundredth is clipped, so that the rest is seen. */
function gradientImage(result: Result): ImageData {
  const { gradient } = result;
  const sizes = gradient.map(Math.abs).sort();
  const strongest = sizes[Math.floor(0.99 * sizes.length)] || 1;
  return imageOf(
    result,
    gradient.map((g) => 0.5 + (0.5 * g) / strongest),
  );
}

/** How many times stronger the change is shown than it is. */
const magnification = (epsilon: number) => 0.4 / epsilon;

function changeImage(result: Result, epsilon: number): ImageData {
  const { perturbed, input } = result;
  if (epsilon === 0)
    return imageOf(
      result,
      input.map(() => 0.5),
    );
  const times = magnification(epsilon);
  return imageOf(
    result,
    perturbed.map((moved, i) => 0.5 + times * (moved - (input[i] ?? 0))),
  );
}

export function StepPanel() {
  const t = strings.value.step;
  const now = shown.value;
  const images = useMemo(
    () =>
      now && {
        gradient: gradientImage(now.result),
        change: changeImage(now.result, now.epsilon),
        moved: imageOf(now.result, now.result.perturbed),
      },
    [now],
  );
  const name = pictureName.value;
  const times = now ? Math.round(magnification(now.epsilon)).toLocaleString(lang.value) : '';
  const tile = (title: string, image: ImageData | null, help: string) => (
    <figure>
      <PixelCanvas image={image} label={`${title}: ${t.asPicture(name, ...seenSize.value)}`} />
      <figcaption>
        <strong>{title}</strong>
        <span>{help}</span>
      </figcaption>
    </figure>
  );
  const changeHelp = now?.epsilon === 0 ? t.noChange : t.changeHelp(times);
  return (
    <div class="step" data-testid="step">
      {tile(t.gradient, images?.gradient ?? null, t.gradientHelp)}
      <span class="operator arrow" aria-hidden="true" />
      {tile(t.change, images?.change ?? null, changeHelp)}
      <span class="operator" aria-hidden="true">
        +
      </span>
      {tile(t.picture, seenImage.value, name)}
      <span class="operator" aria-hidden="true">
        =
      </span>
      {tile(t.moved, images?.moved ?? null, t.movedHelp)}
    </div>
  );
}
