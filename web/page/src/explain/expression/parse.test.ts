import { describe, expect, it } from 'vitest';
import { ExpressionError, parse, type Step } from './parse.ts';

function run(steps: Step[]): number {
  const v: number[] = [];
  for (const s of steps) {
    const a = 'a' in s ? (v[s.a] ?? NaN) : NaN;
    const b = 'b' in s ? (v[s.b] ?? NaN) : NaN;
    const results = {
      variable: () => ('value' in s ? s.value : NaN),
      constant: () => ('value' in s ? s.value : NaN),
      neg: () => -a,
      exp: () => Math.exp(a),
      log: () => Math.log(a),
      sqrt: () => Math.sqrt(a),
      square: () => a * a,
      relu: () => Math.max(a, 0),
      tanh: () => Math.tanh(a),
      add: () => a + b,
      sub: () => a - b,
      mul: () => a * b,
      div: () => a / b,
    };
    v.push(results[s.op]());
  }
  return v.at(-1) ?? NaN;
}

const value = (text: string, values: Record<string, number>) => run(parse(text, values).steps);

function problem(text: string): [string, number, string] {
  try {
    parse(text, {});
  } catch (error) {
    if (error instanceof ExpressionError) return [error.kind, error.position, error.detail];
    throw error;
  }
  throw new Error(`'${text}' was accepted`);
}

describe('parse', () => {
  it('follows the usual precedence', () => {
    const v = { x: 3, y: 2, z: 5 };
    expect(value('x + y * z', v)).toBe(13);
    expect(value('(x + y) * z', v)).toBe(25);
    expect(value('x - y - z', v)).toBe(-4);
    expect(value('x / y / z', v)).toBeCloseTo(0.3, 15);
    expect(value('-x^2', v)).toBe(-9);
    expect(value('(-x)^2', v)).toBe(9);
    expect(value('x^-2', v)).toBeCloseTo(1 / 9, 15);
    expect(value('x**7', v)).toBe(2187);
    expect(value('2^x', v)).toBeCloseTo(8, 12);
    expect(value('y^2^x', v)).toBeCloseTo(256, 9);
    expect(value('x^0.5', v)).toBe(Math.sqrt(3));
    expect(value('2 * -x', v)).toBe(-6);
    expect(value('x - -1', v)).toBe(4);
    expect(value('1.5e1 - .5x'.replace('.5x', '.5*x'), v)).toBe(13.5);
  });

  it('spells sigmoid and tanh with what the engine has', () => {
    expect(value('sigmoid(x)', { x: 0.3 })).toBeCloseTo(1 / (1 + Math.exp(-0.3)), 15);
    expect(value('tanh(x)', { x: -0.7 })).toBeCloseTo(Math.tanh(-0.7), 15);
    expect(value('ln(exp(x))', { x: 1.25 })).toBeCloseTo(1.25, 15);
  });

  it('reads a variable once, however often it is used', () => {
    const { steps } = parse('x*x + x', { x: 4 });
    expect(steps.filter((s) => s.op === 'variable')).toEqual([
      { op: 'variable', name: 'x', value: 4 },
    ]);
    expect(steps).toHaveLength(3);
  });

  it('says what is wrong and where', () => {
    expect(problem('  ')).toEqual(['empty', 0, '']);
    expect(problem('x + # 2')).toEqual(['character', 4, '#']);
    expect(problem('x +')).toEqual(['expected', 3, '']);
    expect(problem('x * / y')).toEqual(['expected', 4, '/']);
    expect(problem('2x')).toEqual(['operator', 1, 'x']);
    expect(problem('a b')).toEqual(['operator', 2, 'b']);
    expect(problem('y + sin(x)')).toEqual(['function', 4, 'sin']);
    expect(problem('a * (b + c')).toEqual(['unclosed', 4, '']);
    expect(problem('a + b)')).toEqual(['operator', 5, ')']);
    expect(problem('1 + 2')).toEqual(['constant', 0, '']);
    expect(problem(Array(70).fill('x').join('+'))[0]).toBe('too-long');
  });
});
