import { describe, expect, it } from 'vitest';
import { examples } from './examples.ts';
import { parse, variablesOf } from './parse.ts';
import { fromText, toText } from './state.ts';

describe('the sandbox in a link', () => {
  it('comes back as it went', () => {
    for (const { expression, values } of examples)
      expect(fromText(toText({ expression, values }))).toEqual({ expression, values });
  });

  it('starts with an example, and drops what is no number', () => {
    expect(fromText(null).expression).toBe(examples[0]?.expression);
    expect(fromText('x+y;x=2;y=lots;<b>=1')).toEqual({ expression: 'x+y', values: { x: 2 } });
  });

  it('has examples that parse, with a value for every variable', () => {
    for (const { expression, values } of examples) {
      const names = variablesOf(parse(expression, values)).map((v) => v.name);
      expect(names.toSorted()).toEqual(Object.keys(values).toSorted());
    }
  });
});
