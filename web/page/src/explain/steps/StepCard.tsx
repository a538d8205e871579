import { fixed, num } from '../parts/format.ts';
import { Formula, frac, join, sub, sum, tilde, value } from '../parts/math.tsx';
import { MapCanvas, PictureCanvas } from '../parts/MapCanvas.tsx';
import { largestSize } from '../parts/colours.ts';
import { firstOrderGain, mostSensitivePixel, overChannels } from './numbers.ts';
import { magnification } from './odin-steps.ts';
import type { StepProps } from './props.ts';

export function StepCard(props: StepProps) {
  const { detection, unitStep, magnified, info, epsilon, theme, words } = props;
  const { gradient, input, perturbed, label } = detection;
  const channels = info.std.length;
  const summed = overChannels(gradient, channels);
  const [, height, width] = detection.shape;
  const before = detection.scores[label] ?? 0;
  const after = detection.perturbedScores[label] ?? 0;
  const pixel = mostSensitivePixel(gradient, width, height);
  const at = pixel.channel * width * height + pixel.y * width + pixel.x;
  return (
    <article class="ex-card">
      <h3>{words.step.title}</h3>
      <p>{words.step.text}</p>
      <Formula
        block
        parts={[
          tilde('x'),
          '=x−',
          frac('ε', 'σ'),
          'sign(−',
          sub('∇', 'x'),
          'log',
          sub('S', 'y'),
          '(x;T))',
        ]}
      />
      <div class="ex-strip">
        <figure>
          <PictureCanvas picture={{ width, height, data: input }} label={words.step.picture} />
          <figcaption>{words.step.picture}</figcaption>
        </figure>
        <figure>
          <MapCanvas
            data={summed}
            width={width}
            height={height}
            scale={{ kind: 'gradient', maxAbs: largestSize(summed) }}
            theme={theme}
            label={words.step.gradient}
          />
          <figcaption>{words.step.gradient}</figcaption>
        </figure>
        <figure>
          <MapCanvas
            data={unitStep.slice(0, width * height)}
            width={width}
            height={height}
            scale={{ kind: 'gradient', maxAbs: 1 }}
            theme={theme}
            label={words.step.unit}
          />
          <figcaption>{words.step.unit}</figcaption>
        </figure>
        <figure>
          <PictureCanvas
            picture={{ width, height, data: magnified }}
            label={words.step.moved(magnification)}
          />
          <figcaption>{words.step.moved(magnification)}</figcaption>
        </figure>
      </div>
      {epsilon === 0 ? (
        <p>{words.step.none}</p>
      ) : (
        <>
          <p>
            {words.step.pixel(pixel.x + 1, pixel.y + 1, words.step.colours[pixel.channel] ?? '')}
          </p>
          <p class="ex-result">
            ∂(−log S)/∂x = {num(pixel.gradient)}, {fixed(input[at] ?? 0, 4)} →{' '}
            {fixed(perturbed[at] ?? 0, 4)}
          </p>
          <p>{words.step.expected}</p>
          <Formula
            block
            parts={[
              'ε',
              sum('i'),
              frac(join('|', sub('g', 'i'), '|'), sub('σ', 'i')),
              '=',
              value(num(firstOrderGain(gradient, info.std, epsilon))),
            ]}
          />
          <p>
            {words.step.really} <strong>{num(Math.log(after) - Math.log(before))}</strong>,{' '}
            {words.step.from(fixed(Math.log(before), 6), fixed(Math.log(after), 6))}.
          </p>
        </>
      )}
    </article>
  );
}
