import { useSignal, useSignalEffect } from '@preact/signals';
import { verdictOf } from '../../../api/verdict.ts';
import { shown } from '../engine/detect.ts';
import { chooseShippedModel, engine } from '../engine/engine.ts';
import {
  isBehind,
  isOdinWrong,
  likeSetOfShown,
  passingShare,
  pictureName,
  shareOfKnownAbove,
  threshold,
  truth,
  verdict,
} from '../engine/judgement.ts';
import { largerNetwork } from '../engine/opinions.ts';
import { missingSample } from '../engine/picture.ts';
import { scores } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';
import { className, confidence, percent, score } from '../ui/format.ts';
import { CardButton } from './card-button.tsx';
import { percentile } from './percentile.ts';
import { Progress } from './progress.tsx';
import { ScoreScale } from './score-scale.tsx';
import { ShareButton } from './share.tsx';

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

/** What the score is worth: its place among known ones, and how many strange pictures pass. */
function Worth() {
  const t = strings.value.verdict;
  const [above, passing] = [shareOfKnownAbove.value, passingShare.value];
  if (verdict.value === 'unknown') return <p>{t.explainUnknown}</p>;
  const set = t.likes[likeSetOfShown.value] ?? likeSetOfShown.value;
  return (
    <>
      {above !== null && <p data-testid="percentile">{percentile(above)}</p>}
      {passing !== null && (
        <p class="passing" data-testid="passing" data-share={passing}>
          {verdict.value === 'in'
            ? t.passToo(percent(passing), set)
            : t.wouldPass(percent(passing), set)}
        </p>
      )}
    </>
  );
}

/** Where ODIN errs, or may: the best network that comes with the page, and what it says. */
function Larger() {
  const t = strings.value.verdict;
  const larger = largerNetwork.value;
  const may = truth.value === null && verdict.value === 'in';
  if (!larger || !(isOdinWrong.value || may)) return null;
  const { opinion, name, title } = larger;
  const said =
    opinion &&
    t.largerSays(
      title,
      className(opinion.className),
      confidence(opinion.msp),
      t[opinion.verdict ?? 'unknown'],
    );
  return (
    <p class="larger" data-testid="larger">
      {said ?? t.largerUnknown(title)}{' '}
      <button
        type="button"
        class="link"
        disabled={engine.value.phase !== 'ready'}
        onClick={() => void chooseShippedModel(name)}
      >
        {t.tryLarger}
      </button>
    </p>
  );
}

function Digits() {
  const t = strings.value.verdict;
  const now = shown.value!;
  return (
    <details class="digits">
      <summary>{t.digits}</summary>
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
    </details>
  );
}

function Claim() {
  const t = strings.value.verdict;
  const now = shown.value;
  const baseline = scores.value?.baseline;
  return (
    <div class="claim">
      <p class="eyebrow">{t.network}</p>
      <p class="answer">
        <span data-testid="class">{now ? className(now.result.className) : '…'}</span>
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
  );
}

export function VerdictPanel() {
  const t = strings.value.verdict;
  const now = shown.value;
  const kind = verdict.value ?? 'unknown';
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
      <Claim />
      <div class="judgement">
        <p class="eyebrow">{t.odin}</p>
        <p class="big" data-testid="verdict-text">
          {now ? t[kind] : t.waiting}
        </p>
        {now && (
          <>
            <ScoreScale />
            <Worth />
            <Larger />
            <Digits />
            <div class="send">
              <ShareButton label={t.share} />
              <CardButton />
            </div>
          </>
        )}
      </div>
    </section>
  );
}
