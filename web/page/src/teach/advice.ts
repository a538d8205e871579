// What is too little to learn from.

import type { TaughtClass } from './learning/types.ts';

/** Below this nothing is taught; below that it is, with a warning. */
export const fewest = 6;
export const enough = 20;
export const mostClasses = 12;
export const mostPictures = 400;

export type Advice =
  | { kind: 'one-class' }
  | { kind: 'few'; name: string; count: number }
  | { kind: 'more'; name: string; count: number }
  | { kind: 'uneven'; name: string; other: string }
  | { kind: 'same-name'; name: string };

/** Those that forbid teaching first. */
export function adviceFor(classes: readonly TaughtClass[]): { stops: Advice[]; hints: Advice[] } {
  const used = classes.filter(({ pictures }) => pictures.length > 0);
  const stops: Advice[] = [];
  if (used.length < 2) stops.push({ kind: 'one-class' });
  const names = used.map(({ name }) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) stops.push({ kind: 'same-name', name: twice });
  for (const { name, pictures } of used)
    if (pictures.length < fewest) stops.push({ kind: 'few', name, count: pictures.length });
  if (stops.length > 0) return { stops, hints: [] };
  const hints: Advice[] = used
    .filter(({ pictures }) => pictures.length < enough)
    .map(({ name, pictures }) => ({ kind: 'more', name, count: pictures.length }));
  const bySize = [...used].sort((a, b) => a.pictures.length - b.pictures.length);
  const [least, most] = [bySize[0]!, bySize.at(-1)!];
  if (most.pictures.length > 4 * least.pictures.length)
    hints.push({ kind: 'uneven', name: most.name, other: least.name });
  return { stops, hints };
}
