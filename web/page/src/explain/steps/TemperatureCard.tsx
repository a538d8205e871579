import { fixed, num } from '../parts/format.ts';
import { bar, bracket, Formula, frac, join, sub, sum, sup, value } from '../parts/math.tsx';
import { firstOrderScore } from './numbers.ts';
import type { StepProps } from './props.ts';

const shownClasses = 5;

export function TemperatureCard({ detection, classNames, temperature, words }: StepProps) {
  const { logits, label, probabilities: sharp, scores: flat } = detection;
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
            sup('e', join(sub('f', 'i'), '/T')),
            join(sum('j'), sup('e', join(sub('f', 'j'), '/T'))),
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
              <th scope="row">{classNames[i] ?? i}</th>
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
          bracket(join('1+', frac(join(sub('f', 'y'), '−', bar('f')), 'T'))),
        ]}
      />
      <Formula
        block
        parts={[
          '=',
          frac('1', String(logits.length)),
          bracket(join('1+', frac(value(fixed(lead, 2)), value(num(temperature, 4))))),
        ]}
      />
      <p class="ex-result">
        {words.temperature.exact(fixed(score, 6), fixed(flat[label] ?? 0, 6))}
      </p>
    </article>
  );
}
