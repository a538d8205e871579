import { strings } from '../i18n/index.ts';
import { percent } from '../ui/format.ts';

/** How many of the photographs that the network knows have a higher score, in words for either end. */
export function percentile(above: number): string {
  const t = strings.value.verdict;
  if (above > 0.995) return t.lowerThanAll;
  if (above < 0.005) return t.higherThanAll;
  return t.lowerThan(percent(above));
}
