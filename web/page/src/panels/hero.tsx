import { shown } from '../engine/detect.ts';
import { strings } from '../i18n/index.ts';

/** Of the shipped model, known before anything is loaded. */
const shippedClasses = 10;

export function Hero() {
  const t = strings.value.hero;
  return (
    <section class="hero">
      <h1>{t.question}</h1>
      <p class="lead">{t.lead(shown.value?.classes.length ?? shippedClasses)}</p>
    </section>
  );
}
