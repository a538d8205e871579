import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as t from '../../dist/tensor/index.js';
import { operations, reference } from '../../tensor/generate.mjs';
import { checked, checkGolden, checkOthers } from '../shared/operation-cases.mjs';

await t.load({ threads: 1 });

test('values and gradients are PyTorch’s, in float64 and in float32', () => {
  const golden = new URL('../../../tests/golden/ops.safetensors', import.meta.url);
  assert.ok(checkGolden(t, readFileSync(golden)) > 50);
});

test('those without golden values agree with finite differences and with what they should give', () => {
  checkOthers(t);
});

test('every operation of the table is checked', () => {
  const done = checked(t);
  const all = operations.flatMap((family) => family.operations.map(({ name }) => name));
  assert.ok(all.length > 90);
  assert.deepEqual(
    all.filter((name) => !done.has(name)),
    [],
  );
  for (const name of all) assert.equal(typeof t[name], 'function', name);
});

test('every operation of autograd is in the table', () => {
  const root = new URL('../../../', import.meta.url);
  const read = (path) => readFileSync(new URL(path, root), 'utf8');
  const headers = readdirSync(new URL('autograd/ops', root)).filter((name) => name.endsWith('.h'));
  const declared = headers.flatMap((name) =>
    Array.from(
      read(`autograd/ops/${name}`).matchAll(
        /^(?:inline )?(?:Variable|std::vector<Variable>) (\w+)\(/gm,
      ),
      ([, f]) => f,
    ),
  );
  assert.ok(declared.length > 60);
  const used = read('web/tensor/operations.mjs') + read('web/tensor/operands.h');
  // The activations are there one by one, and the last is of use to second derivatives alone.
  const left = ['activation', 'activation_grad', 'max_pool2d_pick'];
  assert.deepEqual(
    declared.filter((f) => !left.includes(f) && !new RegExp(`\\b${f}\\b`).test(used)),
    [],
  );
});

test('the page of reference is that of the table', () => {
  const page = new URL('../../docs/operations.md', import.meta.url);
  assert.equal(readFileSync(page, 'utf8'), reference(), 'run: npm run --prefix web reference');
});
