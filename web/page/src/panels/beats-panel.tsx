import { useEffect, useRef, useState } from 'preact/hooks';
import { fetchExample, resultOf, type Example } from '../engine/examples.ts';
import { fetchScores, type Scores } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { imageOfPlanes } from '../pictures/pixels.ts';
import { className, percent } from '../ui/format.ts';
import { PixelCanvas } from '../ui/pixel-canvas.tsx';
import {
  beats,
  finalTemperature,
  interpolated,
  momentAt,
  progressAfter,
  scoreAt,
  softened,
} from './beats.ts';

const pair = { known: 'frog', strange: 'gaussian_noise' } as const;
/** Of the axis of scores at T = 1000. */
const [low, high] = [0.1, 0.1024];
const shownClasses = 4;

interface Data {
  known: Example;
  strange: Example;
  scores: Scores;
}

async function load(): Promise<Data | null> {
  const [known, strange] = await Promise.all([
    fetchExample(pair.known),
    fetchExample(pair.strange),
  ]);
  const scores = known && (await fetchScores(known.model));
  return known && strange && scores ? { known, strange, scores } : null;
}

/** Where 95% of the known photographs pass, after a step of this size. */
function lineAt({ settings }: Scores, epsilon: number): number {
  const flat = settings.filter((s) => s.temperature === finalTemperature);
  return interpolated(
    flat.map((s) => s.epsilon),
    flat.map((s) => s.threshold),
    epsilon,
  );
}

const place = (score: number) => 100 * Math.min(1, Math.max(0, (score - low) / (high - low)));

function Picture(props: { example: Example; name: string; progress: number; line: number }) {
  const t = strings.value.beats;
  const { example, progress, line } = props;
  const { temperature, epsilon } = momentAt(progress, example.epsilon);
  const { input } = resultOf(example);
  const shares = softened(example.probabilities, temperature);
  const order = Array.from(shares.keys()).sort((a, b) => shares[b]! - shares[a]!);
  const score = scoreAt(example.curves, epsilon);
  const isFlat = progress >= 2;
  return (
    <figure class="beat">
      <PixelCanvas
        image={imageOfPlanes({ width: 32, height: 32, data: input })}
        label={props.name}
      />
      <div>
        <figcaption>
          <strong>{props.name}</strong>
        </figcaption>
        <ul class="beat-bars">
          {order.slice(0, shownClasses).map((i) => (
            <li key={i}>
              <span>{className(example.classes[i]!)}</span>
              <span class="bar" style={{ width: `${70 * shares[i]!}%` }} />
              <span class="value">{percent(shares[i]!, isFlat ? 2 : 0)}</span>
            </li>
          ))}
        </ul>
        <div class={`beat-scale ${isFlat ? '' : 'dim'}`}>
          <span class="line" style={{ left: `${place(line)}%` }} />
          <span
            class={`needle ${score > line ? 'in' : 'out'}`}
            style={{ left: `${place(score)}%` }}
          />
        </div>
        <p class="hint">{isFlat ? (score > line ? t.above : t.below) : t.scale}</p>
      </div>
    </figure>
  );
}

/** The method in three beats, of two samples' kept results. */
export function BeatsPanel() {
  const t = strings.value.beats;
  const [data, setData] = useState<Data | null>(null);
  const [progress, setProgress] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const from = useRef(0);
  useEffect(() => void load().then(setData), []);
  useEffect(() => {
    if (!isPlaying) return;
    const start = performance.now();
    const begun = from.current;
    let frame = requestAnimationFrame(function draw(now) {
      const next = progressAfter(begun, now - start);
      setProgress(next);
      if (next < beats) frame = requestAnimationFrame(draw);
      else setPlaying(false);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);
  if (!data) return null;
  const beat = Math.min(beats - 1, Math.floor(progress));
  const jump = (to: number) => {
    setPlaying(false);
    setProgress(to);
  };
  const play = () => {
    from.current = progress >= beats ? 0 : progress;
    setPlaying(!isPlaying);
  };
  const { temperature, epsilon } = momentAt(progress, data.known.epsilon);
  const line = lineAt(data.scores, epsilon);
  return (
    <section class="card beats" aria-labelledby="beats-title" data-testid="beats">
      <div class="card-head">
        <h2 id="beats-title">{t.title}</h2>
        <button type="button" class="button primary" onClick={play}>
          {isPlaying ? t.pause : progress >= beats ? t.again : t.play}
        </button>
      </div>
      <ol class="beat-steps">
        {t.steps.map((step, i) => (
          <li key={step.name}>
            <button
              type="button"
              class="button"
              aria-pressed={i === beat}
              onClick={() => jump(i === 0 ? 0 : i + 1)}
            >
              {step.name}
            </button>
          </li>
        ))}
      </ol>
      <p class="beat-text" aria-live={isPlaying ? 'off' : 'polite'}>
        {t.steps[beat]!.text}
      </p>
      <p class="beat-numbers" data-testid="beat-numbers">
        T = {temperature.toFixed(0)}, ε = {epsilon.toFixed(4)}
      </p>
      <div class="pair">
        <Picture
          example={data.known}
          name={t.known(strings.value.samples[pair.known] ?? '')}
          progress={progress}
          line={line}
        />
        <Picture
          example={data.strange}
          name={t.strange(strings.value.samples[pair.strange] ?? '')}
          progress={progress}
          line={line}
        />
      </div>
    </section>
  );
}
