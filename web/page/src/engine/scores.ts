import { computed, effect, signal } from '@preact/signals';
import { state, type Setting } from '../state/state.ts';
import { shown } from './detect.ts';
import { networkName } from './engine.ts';

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
  /** Of other methods, by their names: what 95% of the known photographs lie above. */
  methods?: { images: number; thresholds: Record<string, number> };
}

const fetched = signal<{ network: string; scores: Scores } | null>(null);

/** Of the network that judged what is shown: null while they load, and for one that has none. */
export const scores = computed(() => {
  const judge = shown.value?.model ?? networkName.value;
  return fetched.value?.network === judge ? fetched.value.scores : null;
});

export async function fetchScores(network: string): Promise<Scores | null> {
  try {
    const response = await fetch(`./models/${encodeURIComponent(network)}.scores.json`);
    return response.ok ? ((await response.json()) as Scores) : null;
  } catch {
    return null;
  }
}

export function followScores(): void {
  let wanted = '';
  effect(() => {
    const name = networkName.value;
    if (name === wanted) return;
    wanted = name;
    if (name.endsWith('.safetensors')) return;
    void fetchScores(name).then((found) => {
      if (wanted === name) fetched.value = found && { network: name, scores: found };
    });
  });
}

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

/** What is known of the scores at one setting; nothing of those after another step than ODIN's. */
export function settingAt({ temperature, epsilon, direction }: Setting): Histogram | null {
  if (direction !== 'odin') return null;
  const found = scores.value?.settings.find(
    (s) => near(s.temperature, temperature) && near(s.epsilon, epsilon),
  );
  return found ?? null;
}

/** At the settings of what is shown. */
export const setting = computed(() => settingAt(shown.value ?? state.value));

/** null for a method of which none is known. */
export const methodThreshold = (method: string): number | null =>
  scores.value?.methods?.thresholds[method] ?? null;

/** The share of a set whose scores lie above `score`; within a bin they are taken to lie evenly. */
export function shareAbove({ low, high, counts }: Histogram, set: number, score: number): number {
  const bins = counts[set] ?? [];
  const all = bins.reduce((a, b) => a + b, 0);
  const place = high > low ? ((score - low) / (high - low)) * bins.length : 0;
  const above = bins.reduce((sum, n, i) => sum + n * Math.min(1, Math.max(0, i + 1 - place)), 0);
  return all > 0 ? above / all : NaN;
}

/** Makes scores of different temperatures comparable: 0 is a plain guess, 1 the threshold. */
export function relativeScore(score: number, threshold: number, classes: number): number {
  const guess = 1 / classes;
  return (score - guess) / (threshold - guess);
}
