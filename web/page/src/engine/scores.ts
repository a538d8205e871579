import { computed, effect, signal } from '@preact/signals';
import { state } from '../state/state.ts';

/** Histograms over equal bins from low to high, one list of counts a set. */
export interface Histogram {
  threshold: number;
  low: number;
  high: number;
  /** Share of each set above the threshold. */
  above: number[];
  counts: number[][];
}

export interface ScoreSet {
  name: string;
  role: 'in' | 'out';
  n: number;
}

/** What `public/models/<model>.scores.json` holds: scores of known sets, computed once and for all. */
export interface Scores {
  model: string;
  sets: ScoreSet[];
  settings: ({ temperature: number; epsilon: number } & Histogram)[];
  baseline: Histogram;
}

/** null while loading, and for a model that has none. */
export const scores = signal<Scores | null>(null);

export function followScores(): void {
  let wanted = '';
  effect(() => {
    const name = state.value.model;
    if (name === wanted) return;
    wanted = name;
    scores.value = null;
    if (name.endsWith('.safetensors')) return;
    fetch(`./models/${encodeURIComponent(name)}.scores.json`)
      .then((response) => (response.ok ? (response.json() as Promise<Scores>) : null))
      .then((found) => {
        if (wanted === name) scores.value = found;
      })
      .catch(() => undefined);
  });
}

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

/** What is known of the scores at one setting. */
export function settingAt(temperature: number, epsilon: number): Histogram | null {
  const found = scores.value?.settings.find(
    (s) => near(s.temperature, temperature) && near(s.epsilon, epsilon),
  );
  return found ?? null;
}

export const setting = computed(() => settingAt(state.value.temperature, state.value.epsilon));
