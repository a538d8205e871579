import { shown } from '../engine/detect.ts';
import { seenImage, verdict } from '../engine/judgement.ts';
import { strings } from '../i18n/index.ts';
import { className, confidence } from '../ui/format.ts';
import { PixelCanvas } from '../ui/pixel-canvas.tsx';
import { ScoreScale } from './score-scale.tsx';

/** On phones, where the verdict scrolls away: the same once more, below the header. Readers have the panel's own. */
export function VerdictBar() {
  const t = strings.value.verdict;
  const now = shown.value;
  const kind = verdict.value ?? 'unknown';
  return (
    <div
      class={`verdict-bar ${now ? kind : 'waiting'}`}
      data-testid="verdict-bar"
      aria-hidden="true"
    >
      <PixelCanvas image={now ? seenImage.value : null} label="" />
      <div>
        <p>
          {now
            ? `${className(now.result.className)}, ${t.sure(confidence(now.result.msp))}`
            : t.waiting}
        </p>
        <p class="tone">{now ? t[kind] : ''}</p>
        <ScoreScale />
      </div>
    </div>
  );
}
