import { langs } from './langs.ts';
import { noiseKinds } from '../pictures/noise.ts';
import { plane } from '../pictures/pixels.ts';
import { decode, encode } from './base64url.ts';
import {
  defaults,
  directions,
  lessonSteps,
  pixelSources,
  tabs,
  themes,
  type AppState,
  type PictureRef,
} from './state.ts';

/** Of a picture as the network sees it, three a pixel. */
export const rgbBytes = 3 * plane;

function pictureText(picture: PictureRef): string {
  switch (picture.kind) {
    case 'sample':
      return `sample:${picture.name}`;
    case 'noise':
      return `${picture.noise}:${picture.seed}`;
    case 'pixels':
      return `${picture.source}:${encode(picture.rgb)}`;
    case 'image':
      return pictureText(defaults.picture);
  }
}

function parsePicture(text: string): PictureRef | null {
  const colon = text.indexOf(':');
  const [kind, rest] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'sample') return /^[a-z_]{1,40}$/.test(rest) ? { kind, name: rest } : null;
  const noise = noiseKinds.find((name) => name === kind);
  if (noise) return /^\d{1,9}$/.test(rest) ? { kind: 'noise', noise, seed: Number(rest) } : null;
  const source = pixelSources.find((name) => name === kind);
  const rgb = source && decode(rest);
  return source && rgb?.length === rgbBytes ? { kind: 'pixels', source, rgb } : null;
}

/** The state as a URL's fragment, without '#'; what is as by default is left out. */
export function toFragment(state: AppState): string {
  const fields = new URLSearchParams();
  if (state.tab !== defaults.tab) fields.set('tab', state.tab);
  if (state.model !== defaults.model) fields.set('model', state.model);
  if (state.temperature !== defaults.temperature) fields.set('T', String(state.temperature));
  if (state.epsilon !== defaults.epsilon) fields.set('eps', String(state.epsilon));
  if (state.direction !== defaults.direction) fields.set('direction', state.direction);
  if (state.lang !== defaults.lang) fields.set('lang', state.lang);
  if (state.theme !== defaults.theme) fields.set('theme', state.theme);
  if (state.sandbox !== defaults.sandbox) fields.set('x', state.sandbox ?? '');
  if (state.play !== defaults.play) fields.set('play', state.play ?? '');
  if (state.lesson !== defaults.lesson) fields.set('lesson', String(state.lesson));
  const picture = pictureText(state.picture);
  if (picture !== pictureText(defaults.picture)) fields.set('picture', picture);
  return fields.toString().replaceAll('%3A', ':');
}

function number(text: string | null, least: number, most: number, otherwise: number): number {
  const value = text === null || text.trim() === '' ? NaN : Number(text);
  return value >= least && value <= most ? value : otherwise;
}

function oneOf<T extends string>(text: string | null, names: readonly T[], otherwise: T): T {
  return names.find((name) => name === text) ?? otherwise;
}

/** Reads what toFragment() writes. What is missing or makes no sense is as by default. */
export function fromFragment(fragment: string): AppState {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const model = fields.get('model');
  const sandbox = fields.get('x');
  const play = fields.get('play');
  return {
    tab: oneOf(fields.get('tab'), tabs, defaults.tab),
    model: model && model.length <= 200 ? model : defaults.model,
    temperature: number(fields.get('T'), 1, 10000, defaults.temperature),
    epsilon: number(fields.get('eps'), 0, 0.1, defaults.epsilon),
    direction: oneOf(fields.get('direction'), directions, defaults.direction),
    lang: oneOf(fields.get('lang'), ['auto', ...langs], defaults.lang),
    theme: oneOf(fields.get('theme'), themes, defaults.theme),
    lesson: Math.trunc(number(fields.get('lesson'), 0, lessonSteps, defaults.lesson)),
    sandbox: sandbox && sandbox.length <= 1000 ? sandbox : defaults.sandbox,
    play: play && play.length <= 4000 ? play : defaults.play,
    picture: parsePicture(fields.get('picture') ?? '') ?? defaults.picture,
  };
}
