/**
 * The detector's rule, for scores compared without the engine (those of a sweep, or kept from before): 'in' above the
 * threshold, 'out' at it or below; null without one.
 */
export function verdictOf(score: number, threshold: number | null): 'in' | 'out' | null {
  if (threshold === null) return null;
  return score > threshold ? 'in' : 'out';
}
