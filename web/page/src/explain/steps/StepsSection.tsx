import type { Detection, ModelInfo } from '../../../../api/types.ts';
import { fixed, num } from '../format.ts';
import { bar, Formula, frac, sub, sum, sup } from '../math.tsx';
import type { Strings } from '../strings.en.ts';
import { MapCanvas, PictureCanvas, type Theme } from '../tape/MapCanvas.tsx';
import {
  firstOrderGain,
  firstOrderScore,
  mostSensitivePixel,
  overChannels,
  softmaxAt,
} from './numbers.ts';
import { ScoreLine } from './ScoreLine.tsx';

interface Props {
  detection: Detection;
  info: ModelInfo;
  temperature: number;
  epsilon: number;
  theme: Theme;
  words: Strings['steps'];
}

export function StepsSection(props: Props) {
  return (
    <div class="ex-steps">
      <TemperatureCard {...props} />
      <StepCard {...props} />
      <ThresholdCard {...props} />
    </div>
  );
}

const shownClasses = 5;

function TemperatureCard({ detection, info, temperature, words }: Props) {
  const { logits, label } = detection;
  const sharp = softmaxAt(logits, 1);
  const flat = softmaxAt(logits, temperature);
  const order = Array.from(logits, (_, i) => i).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0));
  const shown = order.slice(0, shownClasses);
  const { lead, score } = firstOrderScore(logits, label, temperature);
  return (
    <article class="ex-card">
      <h3>{words.temperature.title}</h3>
      <p>{words.temperature.text}</p>
      <Formula
        block
        parts={[
          sub('S', 'i'),
          '(x;T)=',
          frac(
            sup('e', frac(sub('f', 'i'), 'T')),
            <>
              {sum('j')}
              {sup('e', frac(sub('f', 'j'), 'T'))}
            </>,
          ),
        ]}
      />
      <table class="ex-classes">
        <thead>
          <tr>
            <th scope="col">{words.temperature.classColumn}</th>
            <th scope="col">{words.temperature.logit}</th>
            <th scope="col">{words.temperature.at('1')}</th>
            {temperature !== 1 && <th scope="col">{words.temperature.at(num(temperature, 4))}</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((i) => (
            <tr key={i} class={i === label ? 'ex-top' : ''}>
              <th scope="row">{info.classes[i] ?? i}</th>
              <td>{fixed(logits[i] ?? 0, 2)}</td>
              <td>{fixed(sharp[i] ?? 0, 4)}</td>
              {temperature !== 1 && <td>{fixed(flat[i] ?? 0, 6)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {order.length > shown.length && (
        <p class="ex-small">{words.temperature.more(order.length - shown.length)}</p>
      )}
      <p>{words.temperature.first}</p>
      <Formula
        block
        parts={[
          sub('S', 'y'),
          '≈',
          frac('1', 'N'),
          '(1+',
          frac(
            <>
              {sub('f', 'y')}
              <mo>−</mo>
              {bar('f')}
            </>,
            'T',
          ),
          ')=',
          frac('1', String(logits.length)),
          '(1+',
          frac(fixed(lead, 2), num(temperature, 4)),
          ')',
        ]}
      />
      <p class="ex-result">
        {words.temperature.exact(fixed(score, 6), fixed(flat[label] ?? 0, 6))}
      </p>
    </article>
  );
}

function StepCard({ detection, info, temperature, epsilon, theme, words }: Props) {
  const { gradient, input, perturbed, label } = detection;
  const channels = info.std.length;
  const summed = overChannels(gradient, channels);
  const side = Math.round(Math.sqrt(summed.length));
  const sign = Float32Array.from(gradient.slice(0, side * side), (g) => (g >= 0 ? 1 : -1));
  const times = 40;
  const magnified = Float32Array.from(input, (x, i) => {
    const moved = x + times * ((perturbed[i] ?? x) - x);
    return Math.min(1, Math.max(0, moved));
  });
  const before = softmaxAt(detection.logits, temperature)[label] ?? 0;
  const after = softmaxAt(detection.perturbedLogits, temperature)[label] ?? 0;
  const pixel = mostSensitivePixel(gradient, channels);
  const at = pixel.channel * side * side + pixel.y * side + pixel.x;
  return (
    <article class="ex-card">
      <h3>{words.step.title}</h3>
      <p>{words.step.text}</p>
      <Formula
        block
        parts={[sup('x', '~'), '=x−ε·sign(−', sub('∇', 'x'), 'log', sub('S', 'y'), '(x;T))/σ']}
      />
      <div class="ex-strip">
        <figure>
          <PictureCanvas pixels={input} label={words.step.picture} />
          <figcaption>{words.step.picture}</figcaption>
        </figure>
        <figure>
          <MapCanvas
            data={summed}
            width={side}
            height={side}
            scale={{ kind: 'gradient', maxAbs: Math.max(...summed.map(Math.abs)) }}
            theme={theme}
            label={words.step.gradient}
          />
          <figcaption>{words.step.gradient}</figcaption>
        </figure>
        <figure>
          <MapCanvas
            data={sign}
            width={side}
            height={side}
            scale={{ kind: 'gradient', maxAbs: 1 }}
            theme={theme}
            label={words.step.sign}
          />
          <figcaption>{words.step.sign}</figcaption>
        </figure>
        <figure>
          <PictureCanvas pixels={magnified} label={words.step.moved(times)} />
          <figcaption>{words.step.moved(times)}</figcaption>
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
            ∂ log S/∂x = {num(pixel.gradient)}, {fixed(input[at] ?? 0, 4)} →{' '}
            {fixed(perturbed[at] ?? 0, 4)}
          </p>
          <p>{words.step.expected}</p>
          <Formula
            block
            parts={[
              'ε',
              sum('i'),
              frac(
                <>
                  <mo>|</mo>
                  {sub('g', 'i')}
                  <mo>|</mo>
                </>,
                sub('σ', 'i'),
              ),
              '=',
              num(firstOrderGain(gradient, info.std, epsilon)),
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

function ThresholdCard({ detection, info, temperature, epsilon, words }: Props) {
  const before = softmaxAt(detection.logits, temperature)[detection.label] ?? 0;
  const own = temperature === (info.temperature ?? 1000) && epsilon === (info.epsilon ?? 0.0014);
  const delta = own ? info.threshold : undefined;
  const score = fixed(detection.odin, 7);
  return (
    <article class="ex-card">
      <h3>{words.threshold.title}</h3>
      <p>{words.threshold.text}</p>
      <ScoreLine
        marks={[
          { value: before, label: words.threshold.before, kind: 'before' },
          { value: detection.odin, label: words.threshold.after, kind: 'after' },
          ...(delta === undefined
            ? []
            : [{ value: delta, label: words.threshold.threshold, kind: 'threshold' as const }]),
        ]}
        axis={words.threshold.axis(num(temperature, 4))}
      />
      <p class="ex-verdict">
        {delta === undefined
          ? words.threshold.none
          : detection.odin > delta
            ? words.threshold.in(score, fixed(delta, 7))
            : words.threshold.out(score, fixed(delta, 7))}
      </p>
      <p>{words.threshold.baseline(fixed(detection.msp, 6))}</p>
    </article>
  );
}
