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
