import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import png from 'pngjs';
import { load } from '../../dist/odin.js';
import { model as file, program, random, samples, withMetadata } from './common.mjs';

const { PNG } = png;

/** A picture of noise, or of coloured discs and bars, of a size that need not be 32x32. */
function draw(seed) {
  const next = random(seed);
  const size = () => (seed % 3 === 0 ? 32 : 20 + Math.floor(next() * 100));
  const image = new PNG({ width: size(), height: size() });
  const { width, height, data } = image;
  const colour = () => [next() * 256, next() * 256, next() * 256];
  const shapes = Array.from({ length: seed % 2 ? 6 : 0 }, () => ({
    x: next() * width,
    y: next() * height,
    radius: (next() * width) / 2,
    bar: next() < 0.5,
    colour: colour(),
  }));
  const background = colour();
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) {
      const shape = shapes.findLast((s) =>
        s.bar ? Math.abs(x - s.x) < s.radius / 3 : Math.hypot(x - s.x, y - s.y) < s.radius,
      );
      const pixel = seed % 2 ? (shape?.colour ?? background) : colour();
      data.set([...pixel, 255], 4 * (y * width + x));
    }
  return PNG.sync.write(image, { colorType: 2 });
}

async function pictures(count = 50) {
  const found = [];
  for (const folder of ['known', 'unknown'])
    for (const name of (await readdir(join(samples, folder))).sort())
      found.push({ name, bytes: await readFile(join(samples, folder, name)) });
  for (let seed = 1; found.length < count; ++seed)
    found.push({ name: `drawn${seed}.png`, bytes: draw(seed) });
  return found;
}

test('50 pictures: labels as the native program, scores within 2e-6', async (t) => {
  const native = program();
  if (!native) return t.skip('the native program is not built (cmake --preset release)');
  const folder = await mkdtemp(join(tmpdir(), 'odin-parity-'));
  t.after(() => rm(folder, { recursive: true }));
  const all = await pictures();
  for (const { name, bytes } of all) await writeFile(join(folder, name), bytes);
  const paths = all.map(({ name }) => join(folder, name));
  const output = execFileSync(native, ['detect', '--json', '--quiet', '--model', file, ...paths]);
  const expected = output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(expected.length, 50);

  for (const threads of [1, 2]) {
    const odin = await load({ threads });
    const model = await odin.model(file);
    let worst = 0;
    for (const [i, { name, bytes }] of all.entries()) {
      const d = await model.detect(PNG.sync.read(bytes));
      assert.equal(d.label, expected[i].label, name);
      assert.equal(d.verdict, expected[i].verdict, name);
      worst = Math.max(
        worst,
        Math.abs(d.odin - expected[i].odin),
        Math.abs(d.msp - expected[i].msp) / 100,
      );
    }
    t.diagnostic(`${odin.info.variant}, ${threads} threads: largest difference ${worst}`);
    assert.ok(worst <= 2e-6);
    odin.dispose();
  }
});

test('pictures are made as large as the model says, as by the native program', async (t) => {
  const native = program();
  if (!native) return t.skip('the native program is not built (cmake --preset release)');
  const folder = await mkdtemp(join(tmpdir(), 'odin-parity-'));
  t.after(() => rm(folder, { recursive: true }));
  const paths = [];
  for (let seed = 1; seed <= 6; ++seed) {
    paths.push(join(folder, `${seed}.png`));
    await writeFile(paths.at(-1), draw(seed));
  }
  const odin = await load({ threads: 1 });
  const bytes = await readFile(file);
  const crop = { mode: 'crop', filter: 'bicubic', shorter: 56 };
  for (const [input, preprocess, shape] of [
    ['[3,48,40]', crop, [3, 48, 40]],
    ['[3,64,64]', { mode: 'squeeze', filter: 'bicubic' }, [3, 64, 64]],
    ['[3,null,null]', { mode: 'none', filter: 'triangle', longest: 50 }, null],
  ]) {
    const changed = withMetadata(bytes, { input, preprocess: JSON.stringify(preprocess) });
    const path = join(folder, 'm.safetensors');
    await writeFile(path, changed);
    const output = execFileSync(native, ['detect', '--json', '--quiet', '--model', path, ...paths]);
    const expected = output
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const model = await odin.model(changed);
    assert.deepEqual(model.info.input, JSON.parse(input));
    assert.deepEqual(model.info.preprocess, preprocess);
    for (const [i, name] of paths.entries()) {
      const d = await model.detect(PNG.sync.read(await readFile(name)));
      if (shape) assert.deepEqual(d.shape, shape);
      else assert.ok(d.shape[1] <= 50 && d.shape[2] <= 50);
      assert.equal(d.gradient.length, d.shape[0] * d.shape[1] * d.shape[2]);
      assert.equal(d.label, expected[i].label);
      assert.ok(Math.abs(d.odin - expected[i].odin) < 2e-6);
    }
    model.dispose();
  }
  odin.dispose();
});

test('a fitted model gives all scores as the native program does, within 5e-6', async (t) => {
  const native = program();
  if (!native) return t.skip('the native program is not built (cmake --preset release)');
  const folder = await mkdtemp(join(tmpdir(), 'odin-fit-'));
  t.after(() => rm(folder, { recursive: true }));
  const drawn = await pictures(200);
  for (const { name, bytes } of drawn) await writeFile(join(folder, name), bytes);
  const lines = (args) =>
    execFileSync(native, args)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  // Labelled as the network sees them, so that every class that it finds has pictures that are right,
  // and then some wrong.
  const seen = lines(
    ['detect', '--json', '--quiet', '--model', file].concat(
      drawn.map(({ name }) => join(folder, name)),
    ),
  );
  const list = seen
    .map(({ label }, i) => `${drawn[i].name} ${i > 12 && i % 5 === 0 ? (label + 1) % 10 : label}\n`)
    .join('');
  await writeFile(join(folder, 'list.txt'), list);
  const fitted = join(folder, 'fitted.safetensors');
  const training = `list:${join(folder, 'list.txt')}@${folder}@resize`;
  execFileSync(native, ['fit', '--quiet', '--model', file, '--in', training, '--save', fitted]);
  const all = drawn.slice(0, 12);
  const methods = (
    'energy max-logit temp-scale gradnorm gen kl-matching knn:k=5 vim residual react dice she fdbd nnguide ' +
    'ash-p ash-b ash-s scale'
  ).split(' ');
  const paths = all.map(({ name }) => join(folder, name));
  const output = execFileSync(native, [
    ...['detect', '--json', '--quiet', '--model', fitted, '--method', methods.join(',')],
    ...paths,
  ]);
  const expected = output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).scores);
  const odin = await load({ threads: 1 });
  const model = await odin.model(fitted);
  for (const [i, { name, bytes }] of all.entries()) {
    const { methods: scores } = await model.detect(PNG.sync.read(bytes), { method: methods });
    for (const method of methods) {
      const there = expected[i][method];
      const difference = Math.abs(scores[method] - there);
      assert.ok(difference <= 5e-6 * Math.max(1, Math.abs(there)), `${name}, ${method}`);
    }
  }
  odin.dispose();
});
