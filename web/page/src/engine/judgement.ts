import { computed, signal } from '@preact/signals';
import type { Planes } from '../../../api/types.ts';
import { verdictOf } from '../../../api/verdict.ts';
import { strings } from '../i18n/index.ts';
import { imageOfPlanes } from '../pictures/pixels.ts';
import { shippedModel, type Kinds } from '../shipped/models.ts';
import { isTaught, sample } from '../shipped/samples.ts';
import { state, type PictureRef } from '../state/state.ts';
import { shown } from './detect.ts';
import { inputOf, networkName, readyModel } from './engine.ts';
import { scores, setting, shareAbove } from './scores.ts';

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

/** What is known of a picture beside what anybody says of it: one of the kinds taught, or none of them. */
export type Truth = { className: string } | 'strange' | null;

export function truthOf(ref: PictureRef, kinds: Kinds): Truth {
  if (ref.kind === 'noise') return 'strange';
  const found = ref.kind === 'sample' ? sample(ref.name) : undefined;
  const taught = found ? isTaught(found, kinds) : null;
  if (!found || taught === null) return null;
  return taught ? { className: found.name } : 'strange';
}

/** Of what is shown; null for networks of which the page does not know what they were taught. */
export const truth = computed<Truth>(() => {
  const now = shown.value;
  const network = now && shippedModel(now.model);
  return network ? truthOf(now.ref, network.kinds) : null;
});

/** Whether the network names what is shown rightly; null where nobody knows. */
export const isNamedRightly = computed<boolean | null>(() => {
  const known = truth.value;
  if (known === null) return null;
  return known !== 'strange' && known.className === shown.value!.result.className;
});

/** Whether ODIN believes what is known to be wrong, or doubts what is known to be right. */
export const isOdinWrong = computed(
  () =>
    isNamedRightly.value !== null &&
    (verdict.value === 'in'
      ? !isNamedRightly.value
      : verdict.value === 'out' && isNamedRightly.value),
);

const noiseSets: Record<string, string> = {
  uniform: 'Uniform',
  gaussian: 'Gaussian',
  uniform_noise: 'Uniform',
  gaussian_noise: 'Gaussian',
};

/** Photographs made small as the page makes pictures small: with a filter. */
const resized = 'TinyImageNet (resize), triangle filter';

/** The set of strange pictures that is made like this one. */
export function likeSet(ref: PictureRef): string {
  const key = ref.kind === 'noise' ? ref.noise : ref.kind === 'sample' ? ref.name : '';
  return noiseSets[key] ?? resized;
}

export const likeSetOfShown = computed(() => likeSet(shown.value?.ref ?? state.value.picture));

/** Chosen by the visitor, for as long as pictures of the same making are shown. */
export const chosenSet = signal<{ instead: string; name: string } | null>(null);

/** Places of the known set and of the one compared with, in the lists of the known scores. */
export const compared = computed(() => {
  const known = scores.value;
  if (!known) return null;
  const like = likeSetOfShown.value;
  const wanted = chosenSet.value?.instead === like ? chosenSet.value.name : like;
  const place = (name: string) => known.sets.findIndex((set) => set.name === name);
  const inAt = known.sets.findIndex((set) => set.role === 'in');
  const outAt =
    place(wanted) >= 0 ? place(wanted) : known.sets.findIndex((set) => set.role === 'out');
  return inAt < 0 || outAt < 0 ? null : { inAt, outAt, likeAt: place(like) };
});

/** The share of strange pictures made like this one that lies above the threshold, as `above` of their scores. */
export const passingShare = computed<number | null>(() => {
  const at = compared.value?.likeAt ?? -1;
  return setting.value?.above[at] ?? null;
});

/** The share of photographs like those that the network knows whose score is higher than this picture's. */
export const shareOfKnownAbove = computed<number | null>(() => {
  const [now, at, here] = [shown.value, compared.value, setting.value];
  return now && at && here ? shareAbove(here, at.inAt, now.result.odin) : null;
});

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
