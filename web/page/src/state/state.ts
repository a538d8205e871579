import { computed, signal } from '@preact/signals';
import type { Direction } from '../../../api/types.ts';
import type { NoiseKind } from '../pictures/noise.ts';
import { firstModel } from '../shipped/models.ts';
import { firstSample } from '../shipped/samples.ts';
import { langs, type Lang } from './langs.ts';

/** Where a picture came from, and enough of it to have it again: this is what a link carries. */
export type PictureRef =
  | { kind: 'sample'; name: string }
  | { kind: 'noise'; noise: NoiseKind; seed: number }
  /** 32x32, red green blue of each pixel in turn. */
  | { kind: 'pixels'; source: PixelSource; rgb: Uint8Array }
  /** For networks that see more than that, which a link cannot carry. */
  | { kind: 'image'; source: PixelSource; image: ImageData };

export const pixelSources = ['upload', 'camera', 'drawing'] as const;
export type PixelSource = (typeof pixelSources)[number];
export const tabs = ['try', 'how', 'teach', 'play'] as const;
export type Tab = (typeof tabs)[number];
export const directions: readonly Direction[] = ['odin', 'fgsm'];
export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** What decides how a picture is judged, besides the network. */
export interface Setting {
  temperature: number;
  epsilon: number;
  direction: Direction;
}

/** Everything that decides what the page shows. */
export interface AppState extends Setting {
  tab: Tab;
  model: string;
  picture: PictureRef;
  lang: Lang | 'auto';
  theme: Theme;
  /** What the autodiff sandbox of the second tab shows, in its own notation; null before it is used. */
  sandbox: string | null;
  /** What the playground shows, in its own notation; null before it is used. */
  play: string | null;
  /** Which step of the lesson is shown, from 1; 0 outside of it. */
  lesson: number;
}

export const lessonSteps = 5;

export const defaults: Readonly<AppState> = {
  tab: 'try',
  model: firstModel,
  temperature: 1000,
  epsilon: 0.0014,
  direction: 'odin',
  picture: { kind: 'sample', name: firstSample },
  lang: 'auto',
  theme: 'auto',
  sandbox: null,
  play: null,
  lesson: 0,
};

export const state = signal<AppState>(defaults);

export function update(change: Partial<AppState>): void {
  state.value = { ...state.value, ...change };
}

/** Changes only when another picture is chosen, not with every slider. */
export const pictureRef = computed(() => state.value.picture);

const darkQuery =
  typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : undefined;
const systemDark = signal(darkQuery?.matches ?? false);
darkQuery?.addEventListener('change', (event) => (systemDark.value = event.matches));

export const theme = computed<'light' | 'dark'>(() => {
  const chosen = state.value.theme;
  return chosen === 'auto' ? (systemDark.value ? 'dark' : 'light') : chosen;
});

function browserLang(): Lang {
  const wanted = typeof navigator === 'undefined' ? [] : navigator.languages;
  for (const tag of wanted) {
    const found = langs.find((lang) => tag.toLowerCase().startsWith(lang));
    if (found) return found;
  }
  return 'en';
}

export const lang = computed<Lang>(() =>
  state.value.lang === 'auto' ? browserLang() : state.value.lang,
);
