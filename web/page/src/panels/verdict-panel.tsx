import { useSignal, useSignalEffect } from '@preact/signals';
import { verdictOf } from '../../../api/verdict.ts';
import { shown } from '../engine/detect.ts';
import { isBehind, isFooled, pictureName, threshold, verdict } from '../engine/judgement.ts';
import { missingSample } from '../engine/picture.ts';
import { scores } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { className, confidence, score } from '../ui/format.ts';
import { Progress } from './progress.tsx';
import { ScoreScale } from './score-scale.tsx';

/** Sliders and cameras change the verdict many times a second: only one that stays is read out. */
const calmMilliseconds = 700;

function Spoken() {
  const text = useSignal('');
  useSignalEffect(() => {
    const now = shown.value;
    const kind = verdict.value;
    const t = strings.value.verdict;
    const sentence =
      now && kind && !isBehind.value
        ? t.spoken(
            pictureName.value,
            t[kind],
            className(now.result.className),
            confidence(now.result.msp),
          )
        : '';
    const timer = setTimeout(() => (text.value = sentence), calmMilliseconds);
    return () => clearTimeout(timer);
  });
  return (
    <p class="sr-only" role="status" aria-live="polite" data-testid="spoken">
      {text.value}
    </p>
  );
}

export function VerdictPanel() {
  const t = strings.value.verdict;
  const now = shown.value;
  const kind = verdict.value ?? 'unknown';
  const name = now ? className(now.result.className) : '';
  const baseline = scores.value?.baseline;
  return (
    <section
      class={`card verdict ${now ? kind : 'waiting'}`}
      aria-labelledby="verdict-title"
      aria-busy={isBehind.value && missingSample.value === null}
      data-testid="verdict"
      data-verdict={now ? kind : 'waiting'}
      data-kept={now?.kept}
    >
      <h2 id="verdict-title" class="sr-only">
        {t.title}
      </h2>
      <Spoken />
      <Progress />
      <div class="claim">
        <p class="eyebrow">{t.network}</p>
        <p class="answer">
          <span data-testid="class">{name || '…'}</span>
          {now && (
            <span class="sure" data-testid="msp">
              {t.sure(confidence(now.result.msp))}
            </span>
          )}
        </p>
        <div class="meter" aria-hidden="true">
          <span style={{ width: `${100 * (now?.result.msp ?? 0)}%` }} />
        </div>
        {now && baseline && (
          <p class="hint">
            {verdictOf(now.result.msp, baseline.threshold) === 'in' ? t.baselineIn : t.baselineOut}
          </p>
        )}
      </div>
      <div class="judgement">
        <p class="eyebrow">{t.odin}</p>
        <p class="big" data-testid="verdict-text">
          {now ? t[kind] : t.waiting}
        </p>
        {now && (
          <>
            <p>
              {kind === 'in'
                ? t.explainIn(name)
                : kind === 'out'
                  ? t.explainOut(name)
                  : t.explainUnknown}
            </p>
            <ScoreScale />
            <dl class="numbers">
              <div>
                <dt>{t.score}</dt>
                <dd data-testid="odin" data-value={now.result.odin}>
                  {score(now.result.odin, now.temperature)}
                </dd>
              </div>
              {threshold.value !== null && (
                <div>
                  <dt>{t.threshold}</dt>
                  <dd data-testid="threshold">{score(threshold.value, now.temperature)}</dd>
                </div>
              )}
            </dl>
            {threshold.value !== null && (
              <p class="hint">
                {isFooled.value && <strong>{t.fooled} </strong>}
                {t.fallible}
              </p>
            )}
          </>
        )}
      </div>
    </section>
  );
}
