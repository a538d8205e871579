import type { ComponentChildren, VNode } from 'preact';

/**
 * MathML, which browsers draw and read aloud themselves. A string is cut into identifiers, numbers and operators;
 * what has two dimensions is made by the functions below.
 */
type Part = string | VNode;

/** Preact drops attributes that are false, and MathML stretches unless told so. */
const unstretched = { stretchy: 'false' as unknown as boolean };

function tokens(text: string): ComponentChildren[] {
  return [...text.matchAll(/\p{L}+|\d+(?:\.\d+)?|\S/gu)].map(([token], i) => {
    if (/^\p{L}/u.test(token)) return <mi key={i}>{token}</mi>;
    if (/^\d/.test(token)) return <mn key={i}>{token}</mn>;
    return (
      <mo key={i} {...unstretched}>
        {token}
      </mo>
    );
  });
}

function row(part: Part) {
  return typeof part === 'string' ? <mrow>{tokens(part)}</mrow> : part;
}

export function Formula({ parts, block = false }: { parts: Part[]; block?: boolean }) {
  return (
    <math display={block ? 'block' : 'inline'}>
      {parts.map((part, i) =>
        typeof part === 'string' ? tokens(part) : <mrow key={i}>{part}</mrow>,
      )}
    </math>
  );
}

export const join = (...parts: Part[]) => <mrow>{parts.map(row)}</mrow>;
export const sub = (base: Part, index: Part) => (
  <msub>
    {row(base)}
    {row(index)}
  </msub>
);
export const sup = (base: Part, exponent: Part) => (
  <msup>
    {row(base)}
    {row(exponent)}
  </msup>
);
export const frac = (above: Part, below: Part) => (
  <mfrac>
    {row(above)}
    {row(below)}
  </mfrac>
);
export const root = (inside: Part) => <msqrt>{row(inside)}</msqrt>;
export const sum = (under: Part) => (
  <munder>
    <mo>∑</mo>
    {row(under)}
  </munder>
);
/** Brackets as high as what they hold. */
export const bracket = (inside: Part) => (
  <mrow>
    <mo>(</mo>
    {row(inside)}
    <mo>)</mo>
  </mrow>
);
export const tilde = (of: Part) => (
  <mover accent>
    {row(of)}
    <mo {...unstretched}>~</mo>
  </mover>
);
/** The gradient of the output with respect to this. */
export const bar = (of: Part) => (
  <mover accent>
    {row(of)}
    <mo {...unstretched}>¯</mo>
  </mover>
);
/** A number that is already text, signs and all. */
export const value = (text: string) => <mn>{text}</mn>;
export const barSub = (of: string, index: string) => sub(bar(of), index);
