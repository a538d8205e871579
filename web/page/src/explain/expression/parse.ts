import type { ScalarProgram } from '../../../../api/types.ts';

export type Step = ScalarProgram['steps'][number];

export type ErrorKind =
  | 'empty'
  | 'character'
  | 'expected'
  | 'function'
  | 'operator'
  | 'unclosed'
  | 'too-long'
  | 'constant';

/** What is wrong with an expression, and where (0-based). The words are the page's. */
export class ExpressionError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly position: number,
    readonly detail = '',
  ) {
    super(`${kind} at ${position}`);
  }
}

/** `values` are those of the variables; one that has none is 1. */
export function parse(text: string, values: Readonly<Record<string, number>>): ScalarProgram {
  if (text.trim() === '') throw new ExpressionError('empty', 0);
  const steps = new Parser(text, values).whole();
  if (!steps.some((step) => step.op === 'variable')) throw new ExpressionError('constant', 0);
  return { steps };
}

interface Token {
  kind: 'number' | 'name' | 'sign' | 'end';
  text: string;
  at: number;
}

function tokens(text: string): Token[] {
  const pattern =
    /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-z_]\w*)|(\*\*|[+\-*/^()])|(\S))/giuy;
  const found: Token[] = [];
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [all, number, name, sign, stray] = match;
    const what = number ?? name ?? sign ?? stray ?? '';
    const at = match.index + all.length - what.length;
    if (stray) throw new ExpressionError('character', at, stray);
    found.push({
      kind: number ? 'number' : name ? 'name' : 'sign',
      text: what === '**' ? '^' : what,
      at,
    });
  }
  found.push({ kind: 'end', text: '', at: text.trimEnd().length });
  return found;
}

const binaryOps = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' } as const;
const unaryFunctions = ['exp', 'log', 'sqrt', 'square', 'relu'] as const;
export const functionNames = [...unaryFunctions, 'sigmoid', 'tanh'];
const maxSteps = 60;

/** Descends through sums, products, signs, powers and atoms; each gives the position of its step. */
class Parser {
  private readonly tokens: Token[];
  private readonly steps: Step[] = [];
  private readonly variables = new Map<string, number>();
  private next = 0;

  constructor(
    text: string,
    private readonly values: Readonly<Record<string, number>>,
  ) {
    this.tokens = tokens(text);
  }

  whole(): Step[] {
    this.sum();
    const rest = this.token();
    if (rest.kind !== 'end') throw new ExpressionError('operator', rest.at, rest.text);
    return this.steps;
  }

  private sum(): number {
    return this.chain(['+', '-'], () => this.product());
  }

  private product(): number {
    return this.chain(['*', '/'], () => this.signed());
  }

  private chain(signs: (keyof typeof binaryOps)[], operand: () => number): number {
    let a = operand();
    for (;;) {
      const sign = signs.find((s) => this.accept(s));
      if (!sign) return a;
      const b = operand();
      a = this.push({ op: binaryOps[sign], a, b });
    }
  }

  private signed(): number {
    if (this.accept('+')) return this.signed();
    if (!this.accept('-')) return this.power();
    const before = this.steps.length;
    const a = this.signed();
    const only = this.steps[a];
    if (only?.op === 'constant' && a === before) {
      this.steps[a] = { op: 'constant', value: -only.value };
      return a;
    }
    return this.push({ op: 'neg', a });
  }

  private power(): number {
    const a = this.atom();
    if (!this.accept('^')) return a;
    const exponent = this.literalExponent();
    if (exponent === null) {
      const log = this.push({ op: 'log', a });
      return this.push({ op: 'exp', a: this.push({ op: 'mul', a: log, b: this.signed() }) });
    }
    if (exponent === 0.5) return this.push({ op: 'sqrt', a });
    if (exponent > 0) return this.repeated(a, exponent);
    return this.push({ op: 'div', a: this.constant(1), b: this.repeated(a, -exponent) });
  }

  /** An exponent that products can do: a whole number up to 16, or one half. */
  private literalExponent(): number | null {
    const sign = this.token().text === '-' ? -1 : 1;
    const at = this.next + (sign < 0 ? 1 : 0);
    const value = this.tokens[at]?.kind === 'number' ? Number(this.tokens[at].text) : Number.NaN;
    const whole = Number.isInteger(value) && value >= 1 && value <= 16;
    const half = value === 0.5 && sign > 0;
    if (!(whole || half) || this.tokens[at + 1]?.text === '^') return null;
    this.next = at + 1;
    return sign * value;
  }

  /** a^n by squaring. */
  private repeated(a: number, n: number): number {
    if (n === 1) return a;
    const even = this.push({ op: 'square', a: this.repeated(a, Math.floor(n / 2)) });
    return n % 2 === 0 ? even : this.push({ op: 'mul', a: even, b: a });
  }

  private atom(): number {
    const token = this.token();
    this.next++;
    if (token.kind === 'number') return this.constant(Number(token.text));
    if (token.kind === 'name')
      return this.token().text === '(' ? this.call(token) : this.variable(token.text);
    if (token.text === '(') return this.closing(token, this.sum());
    throw new ExpressionError('expected', token.at, token.text);
  }

  private call(name: Token): number {
    const opening = this.token();
    this.next++;
    const known = name.text === 'ln' ? 'log' : name.text;
    if (!functionNames.includes(known)) throw new ExpressionError('function', name.at, name.text);
    const a = this.closing(opening, this.sum());
    if (known === 'sigmoid') return this.sigmoid(a);
    if (known === 'tanh') return this.tanh(a);
    const op = unaryFunctions.find((f) => f === known) ?? 'exp';
    return this.push({ op, a });
  }

  /** 1 / (1 + exp(-a)) */
  private sigmoid(a: number): number {
    const e = this.push({ op: 'exp', a: this.push({ op: 'neg', a }) });
    const one = this.constant(1);
    return this.push({ op: 'div', a: one, b: this.push({ op: 'add', a: one, b: e }) });
  }

  /** 2 sigmoid(2a) - 1 */
  private tanh(a: number): number {
    const two = this.constant(2);
    const s = this.sigmoid(this.push({ op: 'mul', a: two, b: a }));
    const twice = this.push({ op: 'mul', a: two, b: s });
    return this.push({ op: 'sub', a: twice, b: this.constant(1) });
  }

  private closing(opening: Token, result: number): number {
    const token = this.token();
    if (token.kind === 'end') throw new ExpressionError('unclosed', opening.at);
    if (!this.accept(')')) throw new ExpressionError('operator', token.at, token.text);
    return result;
  }

  private variable(name: string): number {
    const known = this.variables.get(name);
    if (known !== undefined) return known;
    const at = this.push({ op: 'variable', name, value: this.values[name] ?? 1 });
    this.variables.set(name, at);
    return at;
  }

  private constant(value: number): number {
    return this.push({ op: 'constant', value });
  }

  private push(step: Step): number {
    if (this.steps.length === maxSteps)
      throw new ExpressionError('too-long', this.token().at, String(maxSteps));
    this.steps.push(step);
    return this.steps.length - 1;
  }

  private token(): Token {
    return this.tokens[this.next] ?? { kind: 'end', text: '', at: 0 };
  }

  private accept(sign: string): boolean {
    const fits = this.token().kind === 'sign' && this.token().text === sign;
    if (fits) this.next++;
    return fits;
  }
}

/** The variables of a program in the order in which they appear. */
export function variablesOf(program: ScalarProgram): { name: string; value: number }[] {
  return program.steps.flatMap((step) =>
    step.op === 'variable' ? [{ name: step.name, value: step.value }] : [],
  );
}
