import { shown } from '../engine/detect.ts';
import { isNamedRightly, isOdinWrong, truth, verdict } from '../engine/judgement.ts';
import { strings } from '../i18n/index.ts';
import { isShipped } from '../shipped/models.ts';
import { className, confidence } from '../ui/format.ts';

/** Of the shipped model, known before anything is loaded. */
const shippedClasses = 10;

/** What the page claims of the picture; that ODIN is wrong comes before all else. */
export function headline(): string {
  const t = strings.value.hero;
  const now = shown.value;
  if (!now) return t.question;
  const { className: name, msp } = now.result;
  const what = isShipped(now.model) ? t.kind(className(name)) : t.quoted(className(name));
  const known = truth.value;
  if (isOdinWrong.value && known !== null) {
    if (known === 'strange') return t.fooled(what, confidence(msp));
    const really = t.kind(className(known.className));
    return verdict.value === 'in' ? t.misled(what, really) : t.tooStrict(what);
  }
  const right = isNamedRightly.value;
  const answer = right === null ? t.isIt : right ? t.itIs : t.itIsNot;
  return `${t.claim(what, confidence(msp))} ${answer}`;
}

export function Hero() {
  const t = strings.value.hero;
  return (
    <section class="hero">
      <h1 data-testid="headline" data-wrong={isOdinWrong.value}>
        {headline()}
      </h1>
      <p class="lead">{t.lead(shown.value?.classes.length ?? shippedClasses)}</p>
    </section>
  );
}
