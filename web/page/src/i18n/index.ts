import { computed } from '@preact/signals';
import { lang } from '../state/state.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import type { Lang } from './langs.ts';

export type { Lang } from './langs.ts';

/** The same keys in every language: a missing one does not compile. */
export type Strings = typeof en;

const all: Record<Lang, Strings> = { en, ko };

export const strings = computed(() => all[lang.value]);
