import { computed, effect, signal } from '@preact/signals';
import { isShipped } from '../shipped/models.ts';
import { decode, encode } from '../state/base64url.ts';
import type { PictureRef } from '../state/state.ts';
import { shown } from './detect.ts';
import { isBehind, threshold } from './judgement.ts';
import { relativeScore } from './scores.ts';
import { rgbBytes } from '../state/codec.ts';

// The visitor's own picture that came nearest to passing, or passed by most: kept until the browser's storage is cleared.

export interface Best {
  rgb: Uint8Array;
  source: Extract<PictureRef, { kind: 'pixels' }>['source'];
  model: string;
  className: string;
  msp: number;
  /** As relativeScore() has it: above 1 it passes. */
  relative: number;
}

const key = 'odin-best';

function read(): Best | null {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? 'null') as
      (Omit<Best, 'rgb'> & { rgb: string }) | null;
    const rgb = found && decode(found.rgb);
    const isWhole =
      found && rgb?.length === rgbBytes && [found.msp, found.relative].every(Number.isFinite);
    return isWhole && isShipped(found.model) ? { ...found, rgb } : null;
  } catch {
    return null;
  }
}

function write(kept: Best | null): void {
  try {
    if (!kept) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ ...kept, rgb: encode(kept.rgb) }));
  } catch {
    // Storage may be blocked or full: the best is then kept for this visit only.
  }
}

export const best = signal<Best | null>(null);

/** The visitor's own picture's score, while one is shown. */
export const ownRelative = computed<number | null>(() => {
  const now = shown.value;
  const isOwn = now?.ref.kind === 'pixels' || now?.ref.kind === 'image';
  if (!now || !isOwn || threshold.value === null) return null;
  return relativeScore(now.result.odin, threshold.value, now.classes.length);
});

export function forgetBest(): void {
  best.value = null;
  write(null);
}

/** A blank pad is no attempt. */
const isBlank = (rgb: Uint8Array) => rgb.every((value) => value === rgb[0]);

export function followBest(): void {
  best.value = read();
  effect(() => {
    const [now, relative] = [shown.value, ownRelative.value];
    if (!now || relative === null || isBehind.value || now.ref.kind !== 'pixels') return;
    if (!isShipped(now.model) || isBlank(now.ref.rgb)) return;
    if (best.peek() && relative <= best.peek()!.relative) return;
    const { className, msp } = now.result;
    best.value = {
      rgb: now.ref.rgb,
      source: now.ref.source,
      model: now.model,
      className,
      msp,
      relative,
    };
    write(best.peek());
  });
}
