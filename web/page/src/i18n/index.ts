import { computed } from '@preact/signals';
import { lang } from '../state/state.ts';
import { en, type Strings } from './en.ts';
import { ko } from './ko.ts';
import type { Lang } from '../state/langs.ts';

const all: Record<Lang, Strings> = { en, ko };

export const strings = computed(() => all[lang.value]);
