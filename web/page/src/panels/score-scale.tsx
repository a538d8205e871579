import { shown } from '../engine/detect.ts';
import { threshold } from '../engine/judgement.ts';

/** The score between a plain guess (1 / classes) and twice the threshold's distance from it. */
export function ScoreScale() {
  const now = shown.value;
  if (!now || threshold.value === null) return null;
  const guess = 1 / now.classes.length;
  const relative = (now.result.odin - guess) / (threshold.value - guess);
  const at = 100 * Math.min(1, Math.max(0, 1 - 1 / (1 + Math.max(0, relative))));
  return (
    <div class="scale" aria-hidden="true">
      <span class="needle" style={{ left: `${at}%` }} />
    </div>
  );
}
