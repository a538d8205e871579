// Makes of the table in operations.mjs:
//   --binding FILE     the C++ functions that JavaScript calls (operations.cpp includes it)
//   --types FILE       the TypeScript functions, and the table that api/tensor reads
//   --methods FILE     their types as methods of tensors
//   --reference FILE   the page of reference
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { families } from './operations.mjs';

const one = (cpp) => (name) => `const auto ${name} = ${cpp};`;

/** The types of parameters: in TypeScript, and how C++ reads them from `in`. */
const kinds = {
  tensor: { ts: 'Tensor', cpp: one('in.tensor()'), optional: one('in.optional_tensor()') },
  operand: {
    ts: 'Tensor | number',
    cpp: (name) => `const Operand ${name}_ = in.operand();`,
    then: (name) => `const Variable ${name} = in.variable(${name}_);`,
  },
  target: { ts: 'Tensor', cpp: (name) => `Tensor ${name} = in.target();` },
  tensors: { ts: 'readonly Tensor[]', cpp: one('in.tensors()') },
  indices: { ts: 'Tensor | ArrayLike<number>', cpp: one('in.indices()') },
  number: { ts: 'number', cpp: one('in.number()') },
  int: {
    ts: 'number',
    cpp: one('in.integer()'),
    optional: one('in.optional_integer()'),
  },
  ints: { ts: 'number | readonly number[]', cpp: one('in.integers()') },
  dims: { ts: 'number | readonly number[]', cpp: one('in.dims()') },
  boolean: { ts: 'boolean', cpp: one('in.flag()') },
  size: { ts: 'Size', cpp: one('in.size()'), optional: one('in.optional_size()') },
  padding: { ts: 'Padding', cpp: one('in.padding()') },
  dtype: {
    ts: 'DType',
    cpp: (name) => `const auto ${name} = static_cast<DType>(in.integer());`,
    values: ['float32', 'float64', 'int64'],
  },
  reduction: { ts: "'sum' | 'mean'", cpp: one('in.integer()'), values: ['sum', 'mean'] },
  padMode: {
    ts: "'constant' | 'reflect' | 'edge'",
    cpp: one('in.integer()'),
    values: ['constant', 'reflect', 'edge'],
  },
  gelu: { ts: "'none' | 'tanh'", cpp: one('in.integer()'), values: ['none', 'tanh'] },
};

/** "x: tensor", "bias?: tensor", "dim: int = -1" */
function parameterOf(text) {
  const match = /^(\w+)(\?)?: (\w+)(?: = (.+))?$/.exec(text.trim());
  if (!match || !kinds[match[3]]) throw new Error(`operations.mjs: what is '${text}'?`);
  const [, name, optional, kind, byDefault] = match;
  const parameter = { name, kind };
  if (optional) parameter.optional = true;
  if (byDefault !== undefined) parameter.default = JSON.parse(byDefault);
  return parameter;
}

/** At the commas that are outside of brackets. */
const split = (text) => (text.trim() ? text.split(/,(?![^[]*\])/).map(parameterOf) : []);

function operationOf([signature, cpp, text]) {
  const match = /^(\w+)\(([^{]*?)(?:,? ?\{ (.*) \})?\)(?:: (\w+))?$/.exec(signature);
  if (!match) throw new Error(`operations.mjs: what is '${signature}'?`);
  const [, name, parameters, options, result = 'tensor'] = match;
  const positional = split(parameters);
  const isMethod = ['tensor', 'operand', 'target'].includes(positional[0]?.kind);
  return { name, positional, options: split(options ?? ''), result, cpp, text, isMethod };
}

export const operations = families.map(({ operations: rows, ...family }) => ({
  ...family,
  operations: rows.map(operationOf),
}));
const all = operations.flatMap((family) => family.operations);

export function binding() {
  return all
    .map(({ name, positional, options, result, cpp }) => {
      const parameters = [...positional, ...options];
      const lines = parameters.map((p) =>
        (p.optional ? kinds[p.kind].optional : kinds[p.kind].cpp)(p.name),
      );
      for (const p of parameters)
        if (kinds[p.kind].then && new RegExp(`\\b${p.name}\\b`).test(cpp))
          lines.push(kinds[p.kind].then(p.name));
      const call = { number: 'out.number', boolean: 'out.number' }[result] ?? 'out.add';
      lines.push(result === 'void' ? `${cpp};` : `${call}(${cpp});`);
      const out = result === 'void' ? 'Results&' : 'Results& out';
      return `{"${name}", [](Arguments& in, ${out}) {\n  ${lines.join('\n  ')}\n}},\n`;
    })
    .join('');
}

const results = {
  tensor: 'Tensor',
  tensors: 'Tensor[]',
  number: 'number',
  boolean: 'boolean',
  void: 'void',
};
const typeOf = ({ name, kind, optional, default: byDefault }) =>
  `${name}${optional || byDefault !== undefined ? '?' : ''}: ${kinds[kind].ts}`;

/**
 * The TypeScript signatures, from the parameters on; as a method, without the first. Where options
 * follow parameters that may be left out, there is one more for each of these, without it.
 */
function signatures({ positional, options, result, isMethod }, asMethod) {
  const parameters = (asMethod ? positional.slice(1) : positional).map(typeOf);
  const type = asMethod && result === 'void' && isMethod ? 'this' : results[result];
  if (options.length === 0) return [[`(${parameters.join(', ')})`, type]];
  const object = `{ ${options.map(typeOf).join('; ')} }`;
  const made = [[`(${[...parameters, `options?: ${object}`].join(', ')})`, type]];
  for (let k = parameters.length; k > 0 && /^\w+\?/.test(parameters[k - 1]); --k)
    made.push([`(${[...parameters.slice(0, k - 1), `options: ${object}`].join(', ')})`, type]);
  return made;
}

/** For the call: choices have their values, in the order of C++'s numbers. */
function row({ name, positional, options, result, isMethod }) {
  const plain = (p) =>
    kinds[p.kind].values ? { ...p, kind: 'choice', values: kinds[p.kind].values } : p;
  return JSON.stringify([name, result, isMethod, positional.map(plain), options.map(plain)]);
}

const comment = (o) => `/** ${o.text}${defaultsOf(o)} */`;

export function types() {
  const functions = all.map((o) => {
    const types = signatures(o, false).map(
      ([parameters, result]) => `(${parameters} => ${result})`,
    );
    return `${comment(o)}\nexport const ${o.name} = callOf(${row(o)}) as ${types.join(' & ')};`;
  });
  return `// Made by web/tensor/generate.mjs of web/tensor/operations.mjs.

import { callOf } from './call.ts';
import type { Tensor } from './tensor.ts';
import type { DType, Padding, Size } from './types.ts';

${functions.join('\n')}
`;
}

/** A file of its own, so that tensors and operations do not need one another. */
export function methods() {
  const lines = all
    .filter((o) => o.isMethod)
    .flatMap((o) => signatures(o, true).map((s) => `  ${comment(o)}\n  ${o.name}${s.join(': ')};`));
  return `// Made by web/tensor/generate.mjs of web/tensor/operations.mjs.

import type { DType, Padding, Size } from './types.ts';

/** The operations that are methods of tensors. */
export interface Methods<Tensor> {
${lines.join('\n')}
}
`;
}

/** " Defaults: stride 1, padding 0." */
function defaultsOf({ positional, options }) {
  const given = [...positional, ...options].filter((p) => p.default !== undefined);
  if (given.length === 0) return '';
  const shown = ({ name, default: d }) => `${name} ${JSON.stringify(d).replaceAll('"', "'")}`;
  return ` Defaults: ${given.map(shown).join(', ')}.`;
}

export function reference() {
  const rowsOf = (some) =>
    some
      .map(
        (o) => `\`${o.name}${signatures(o, false)[0].join(': ')}\`\\\n${o.text}${defaultsOf(o)}\n`,
      )
      .join('\n');
  return `<!-- Made by web/tensor/generate.mjs of web/tensor/operations.mjs: change the table and run
     npm run --prefix web reference -->

# Operations on tensors

Every operation whose first parameter is a tensor is also its method: \`t.add(a, b)\` is \`a.add(b)\`.
\`Size\` is a number or \`[rows, columns]\`; \`Padding\` may be \`[top, left, bottom, right]\` as well.
[tensor.md](tensor.md) has all else: gradients, memory, layers, optimizers, files.

${operations
  .map(
    ({ title, text, operations: some }) =>
      `## ${title}\n\n${text ? `${text}\n\n` : ''}${rowsOf(some)}`,
  )
  .join('\n')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const makers = {
    '--binding': binding,
    '--types': types,
    '--methods': methods,
    '--reference': reference,
  };
  for (let i = 2; i < process.argv.length; i += 2) {
    const made = makers[process.argv[i]]();
    const file = process.argv[i + 1];
    let before = '';
    try {
      before = readFileSync(file, 'utf8');
    } catch {}
    if (made !== before) writeFileSync(file, made);
  }
}
