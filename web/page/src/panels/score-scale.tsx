import { shown } from '../engine/detect.ts';
import { threshold } from '../engine/judgement.ts';
import { relativeScore } from '../engine/scores.ts';

/** The place on the scale of a score as relativeScore() has it: a guess at the left, the threshold in the middle. */
export const placeOnScale = (relative: number): number =>
  100 * (1 - 1 / (1 + Math.max(0, relative)));

/** The score between a plain guess (1 / classes) and twice the threshold's distance from it. */
export function ScoreScale() {
  const now = shown.value;
  if (!now || threshold.value === null) return null;
  const relative = relativeScore(now.result.odin, threshold.value, now.classes.length);
  return <Scale at={placeOnScale(relative)} />;
}

export function Scale({ at }: { at: number }) {
  return (
    <div class="scale" aria-hidden="true">
      <span class="needle" style={{ left: `${Math.min(100, Math.max(0, at))}%` }} />
    </div>
  );
}
