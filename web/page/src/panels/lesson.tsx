import { useEffect, useRef } from 'preact/hooks';
import { strings } from '../i18n/index.ts';
import { defaults, lessonSteps, state, update, type AppState } from '../state/state.ts';

const blank: AppState['picture'] = {
  kind: 'pixels',
  source: 'drawing',
  rgb: new Uint8Array(3 * 32 * 32).fill(255),
};

const plain = {
  tab: 'try',
  model: defaults.model,
  direction: 'odin',
  temperature: defaults.temperature,
  epsilon: defaults.epsilon,
} as const;

/** What each step of the lesson begins with. */
const presets: Partial<AppState>[] = [
  { ...plain, temperature: 1, epsilon: 0, picture: { kind: 'sample', name: 'gaussian_noise' } },
  { ...plain, epsilon: 0, picture: { kind: 'sample', name: 'gaussian_noise' } },
  { ...plain, picture: { kind: 'sample', name: 'gaussian_noise' } },
  { ...plain, picture: { kind: 'sample', name: 'checkerboard' } },
  { ...plain, picture: blank },
];

/** Everything that a link to a step changes. */
export const lessonAt = (step: number): Partial<AppState> => ({
  ...presets[step - 1],
  lesson: step,
});

const end = () => {
  update({ lesson: 0, ...plain });
  if (document.fullscreenElement) void document.exitFullscreen();
};

const fill = () => void document.documentElement.requestFullscreen?.().catch(() => undefined);

/** Five guided steps over the page's first screen, which is all that is left of it meanwhile. */
export function Lesson() {
  const t = strings.value.lesson;
  const step = state.value.lesson;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [step]);
  const words = t.steps[step - 1];
  if (!words) return null;
  const go = (to: number) => update(lessonAt(to));
  return (
    <section class="lesson" aria-labelledby="lesson-title" data-testid="lesson">
      <div>
        <p class="eyebrow">{t.step(step, lessonSteps)}</p>
        <h1 id="lesson-title" ref={title} tabIndex={-1}>
          {words.title}
        </h1>
        <p>{words.text}</p>
        <p class="task">{words.task}</p>
      </div>
      <div class="row">
        <button type="button" class="button" disabled={step === 1} onClick={() => go(step - 1)}>
          {t.back}
        </button>
        {step < lessonSteps ? (
          <button type="button" class="button primary" onClick={() => go(step + 1)}>
            {t.next}
          </button>
        ) : (
          <button type="button" class="button primary" onClick={end}>
            {t.finish}
          </button>
        )}
        <button type="button" class="button" onClick={fill}>
          {t.fullScreen}
        </button>
        <button type="button" class="button quiet" onClick={end}>
          {t.leave}
        </button>
      </div>
    </section>
  );
}
