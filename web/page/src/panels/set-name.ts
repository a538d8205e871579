import type { ScoreSet } from '../engine/scores.ts';
import { strings } from '../i18n/index.ts';

export const setName = (set: ScoreSet): string =>
  strings.value.histogram.sets[set.name] ?? set.name;
