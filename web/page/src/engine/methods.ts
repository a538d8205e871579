import { computed, effect, signal } from '@preact/signals';
import { shown, type Shown } from './detect.ts';
import { readyModel } from './engine.ts';
import { picture } from './picture.ts';

/** All the scores that the network in use has for the picture, by their names. */
const found = signal<{ of: Shown; scores: Record<string, number> } | null>(null);

/** Whether anybody looks: a pass over the network a picture is saved where nobody does. */
export const areMethodsWanted = signal(false);

/** Of what is shown; null before they are computed. */
export const methodScores = computed(() =>
  found.value && found.value.of === shown.value ? found.value.scores : null,
);

const calmMilliseconds = 200;

export function followMethods(): void {
  let timer = 0;
  effect(() => {
    const [now, network, input] = [shown.value, readyModel(), picture.value];
    clearTimeout(timer);
    if (!areMethodsWanted.value || !now || now.kept || !network || now.ref !== input?.ref) return;
    const { temperature, epsilon, direction } = now;
    timer = window.setTimeout(() => {
      network.detect(input.data, { temperature, epsilon, direction, method: 'all' }).then(
        ({ methods }) => (found.value = methods ? { of: now, scores: methods } : null),
        () => undefined, // the model is gone; detect.ts tells what is worth telling
      );
    }, calmMilliseconds);
  });
}
