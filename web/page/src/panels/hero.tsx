import { shown } from '../engine/detect.ts';
import { strings } from '../i18n/index.ts';
import { className } from '../ui/format.ts';

/** Those of the shipped model, known before anything is loaded. */
const shippedClasses = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

export function Hero() {
  const t = strings.value.hero;
  const classes = shown.value?.classes ?? shippedClasses;
  const isShipped = classes.join() === shippedClasses.join();
  return (
    <section class="hero">
      <h1>{t.question}</h1>
      <p class="lead">
        {isShipped ? t.lead(classes.map(className).join(', ')) : t.leadOwn(classes.length)}
      </p>
    </section>
  );
}
