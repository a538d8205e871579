import type { ScalarTape } from '../../../../api/types.ts';
import type { Step } from './parse.ts';

const symbols: Partial<Record<Step['op'], string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  div: '÷',
  neg: '−( )',
  square: '( )²',
  sqrt: '√',
};

export function symbolOf(step: Step): string {
  if (step.op === 'variable') return step.name;
  if (step.op === 'constant') return String(step.value).replace('-', '−');
  return symbols[step.op] ?? step.op;
}

/** What a step hands on to each of its operands when the walk back visits it. */
export function handedOn(
  steps: readonly Step[],
  tape: ScalarTape,
  at: number,
): { to: number; amount: number }[] {
  const step = steps[at];
  const dy = tape.gradients[at] ?? 0;
  const y = tape.values[at] ?? 0;
  if (!step || !('a' in step)) return [];
  const a = tape.values[step.a] ?? 0;
  const b = 'b' in step ? (tape.values[step.b] ?? 0) : 0;
  const factors: Record<string, number[]> = {
    neg: [-1],
    exp: [y],
    log: [1 / a],
    sqrt: [0.5 / y],
    square: [2 * a],
    relu: [y > 0 ? 1 : 0],
    add: [1, 1],
    sub: [1, -1],
    mul: [b, a],
    div: [1 / b, -y / b],
  };
  const operands = 'b' in step ? [step.a, step.b] : [step.a];
  const gifts = (factors[step.op] ?? []).map((factor, i) => ({
    to: operands[i] ?? 0,
    amount: dy * factor,
  }));
  return gifts.filter((gift) => onTape(steps, gift.to));
}

/** Whether a step depends on a variable: all else needs no gradient and is not recorded. */
export function onTape(steps: readonly Step[], at: number): boolean {
  const step = steps[at];
  if (!step || step.op === 'constant') return false;
  if (step.op === 'variable') return true;
  return onTape(steps, step.a) || ('b' in step && onTape(steps, step.b));
}
