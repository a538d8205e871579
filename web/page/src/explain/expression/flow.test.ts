import { describe, expect, it } from 'vitest';
import type { ScalarTape } from '../../../../api/types.ts';
import { handedOn, onTape } from './flow.ts';
import { parse } from './parse.ts';

describe('the flow of gradients', () => {
  const { steps } = parse('x*y - exp(x/2)', { x: 2, y: 3 });
  // x, y, x*y, 2, x/2, exp, -
  const tape: ScalarTape = {
    values: [2, 3, 6, 2, 1, Math.E, 6 - Math.E],
    gradients: [3 - Math.E / 2, 2, 1, 0, -Math.E, -1, 1],
    order: [6, 5, 4, 2, 1, 0],
  };

  it('what is handed on adds up to the gradients that the engine gives', () => {
    const sums = steps.map(() => 0);
    sums[6] = 1;
    for (const at of tape.order)
      for (const { to, amount } of handedOn(steps, tape, at)) sums[to] = (sums[to] ?? 0) + amount;
    steps.forEach((_, i) => expect(sums[i]).toBeCloseTo(tape.gradients[i] ?? NaN, 12));
  });

  it('constants are not on the tape', () => {
    expect(steps.map((_, i) => onTape(steps, i))).toEqual([
      true,
      true,
      true,
      false,
      true,
      true,
      true,
    ]);
  });
});
