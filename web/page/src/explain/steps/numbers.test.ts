import { describe, expect, it } from 'vitest';
import { firstOrderGain, firstOrderScore, mostSensitivePixel, overChannels } from './numbers.ts';

describe('the numbers of ODIN’s steps', () => {
  const logits = [8, 2, -1, 3];

  it('to first order the score is the lead of the top logit', () => {
    const { lead, score } = firstOrderScore(logits, 0, 1000);
    expect(lead).toBe(5);
    const exact = 1 / logits.reduce((sum, f) => sum + Math.exp((f - 8) / 1000), 0);
    expect(Math.abs(score - exact)).toBeLessThan(1e-5);
  });

  it('the straight gain is exact for a linear score', () => {
    const gradient = Float32Array.from([1, -2, 4, 0]);
    expect(firstOrderGain(gradient, [0.5, 0.25], 0.1)).toBeCloseTo(0.1 * (3 / 0.5 + 4 / 0.25), 12);
  });

  it('finds the pixel of the largest gradient', () => {
    const gradient = new Float32Array(12);
    gradient[7] = -3;
    gradient[2] = 2;
    expect(mostSensitivePixel(gradient, 2, 2)).toEqual({ channel: 1, x: 1, y: 1, gradient: -3 });
    expect(mostSensitivePixel(gradient, 3, 2)).toEqual({ channel: 1, x: 1, y: 0, gradient: -3 });
    expect([...overChannels(gradient, 3)]).toEqual([0, 0, 2, -3]);
  });
});
