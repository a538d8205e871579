import { computed } from '@preact/signals';
import type { Planes } from '../../../api/types.ts';
import { verdictOf } from '../../../api/verdict.ts';
import { strings } from '../i18n/index.ts';
import { imageOfPlanes } from '../pictures/pixels.ts';
import { sample } from '../shipped/samples.ts';
import { state, type PictureRef } from '../state/state.ts';
import { shown } from './detect.ts';
import { inputOf, networkName, readyModel } from './engine.ts';
import { setting } from './scores.ts';
import { isShipped } from '../shipped/models.ts';

export type Verdict = 'in' | 'out' | 'unknown';

/** The threshold at the settings of what is shown: the model's own first, else that of the known scores. */
export const threshold = computed<number | null>(
  () => shown.value?.result.threshold ?? setting.value?.threshold ?? null,
);

/** Whether what is shown is of another picture, network or other settings than those chosen. */
export const isBehind = computed(() => {
  const { picture, temperature, epsilon, direction } = state.value;
  const now = shown.value;
  return (
    now?.ref !== picture ||
    now.model !== networkName.value ||
    now.temperature !== temperature ||
    now.epsilon !== epsilon ||
    now.direction !== direction
  );
});

export const verdict = computed<Verdict | null>(() => {
  if (!shown.value) return null;
  return verdictOf(shown.value.result.odin, threshold.value) ?? 'unknown';
});

const isStrange = (ref: PictureRef) =>
  ref.kind === 'noise' || (ref.kind === 'sample' && sample(ref.name)?.known === false);

/** Whether the shipped network's detector accepts what we know to be none of its classes. */
export const isFooled = computed(
  () => verdict.value === 'in' && isShipped(shown.value!.model) && isStrange(shown.value!.ref),
);

/** The picture as the network saw it; null before the first result. */
export const seen = computed<Planes | null>(() => {
  const result = shown.value?.result;
  if (!result) return null;
  const [, height, width] = result.shape;
  return { width, height, data: result.input };
});

export const seenImage = computed(() => (seen.value ? imageOfPlanes(seen.value) : null));

export function nameOf(ref: PictureRef): string {
  const t = strings.value;
  if (ref.kind === 'sample') return t.samples[ref.name] ?? ref.name;
  return ref.kind === 'noise' ? t.input.names[ref.noise](ref.seed) : t.input.names[ref.source];
}

/** Width and height of what the network sees. */
export const seenSize = computed<[number, number]>(() => {
  const { width, height } = seen.value ?? inputOf(readyModel());
  return [width, height];
});

/** Of the picture that is shown: another one that is chosen may never come. */
export const pictureName = computed(() => nameOf(shown.value?.ref ?? state.value.picture));
