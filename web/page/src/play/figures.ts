// How much of the plane that has no points is believed.

import { cells, type Picture } from './messages.ts';
import { extent, type Point } from './setting.ts';

/** As far from every point as this a place counts as empty. */
const nearness = 0.35;

/** The squares far from all points. */
export function emptySquares(points: readonly Point[]): number[] {
  const at = (i: number) => ((i + 0.5) / cells) * 2 * extent - extent;
  const found: number[] = [];
  for (let row = 0; row < cells; ++row)
    for (let column = 0; column < cells; ++column) {
      const [x, y] = [at(column), -at(row)];
      if (points.every((p) => Math.hypot(p.x - x, p.y - y) > nearness))
        found.push(row * cells + column);
    }
  return found;
}

export interface Figures {
  /** Shares of the empty squares: more than 95% sure; rejected by ODIN; rejected by the confidence. */
  sure: number;
  odin: number;
  baseline: number;
}

export function figuresOf(picture: Picture, empty: readonly number[]): Figures {
  const share = (is: (i: number) => boolean) =>
    empty.length > 0 ? empty.filter(is).length / empty.length : 0;
  return {
    sure: share((i) => picture.confidence[i]! > 0.95),
    odin: share((i) => !(picture.odin[i]! > picture.odinLimit)),
    baseline: share((i) => !(picture.confidence[i]! > picture.confidenceLimit)),
  };
}
