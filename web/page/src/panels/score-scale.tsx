import { shown } from '../engine/detect.ts';
import { threshold } from '../engine/judgement.ts';
import { relativeScore } from '../engine/scores.ts';

/** The score between a plain guess (1 / classes) and twice the threshold's distance from it. */
export function ScoreScale() {
  const now = shown.value;
  if (!now || threshold.value === null) return null;
  const relative = relativeScore(now.result.odin, threshold.value, now.classes.length);
  const at = 100 * Math.min(1, Math.max(0, 1 - 1 / (1 + Math.max(0, relative))));
  return (
    <div class="scale" aria-hidden="true">
      <span class="needle" style={{ left: `${at}%` }} />
    </div>
  );
}
