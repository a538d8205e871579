import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load } from '../../dist/odin.js';
import { drawDigits } from '../../examples/drawn-digits.mjs';
import { program } from './common.mjs';

const pathOf = (name) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const run = (name, ...args) => execFileSync('node', [pathOf(name), ...args], { encoding: 'utf8' });
const linesOf = async (name) => (await readFile(pathOf(name), 'utf8')).trimEnd().split('\n').length;

test('what docs/tensor.md shows runs', async () => {
  const page = await readFile(pathOf('../docs/tensor.md'), 'utf8');
  const [training, module] = Array.from(page.matchAll(/```js\n([^]*?)```/g), ([, code]) => code);
  const given = 'const points = [[0, 0], [0, 1], [1, 0], [1, 1]], labels = [0, 1, 1, 0];\n';
  const shown = `
console.log(network.forward(tensor(points)).argmax().toArray().join(''));
console.log(new Residual().forward(tensor(new Float32Array(256), { shape: [1, 16, 4, 4] })).shape.join());`;
  const code = `${given}${training}${module}${shown}`;
  const cwd = pathOf('..'); // where odin-ood is this package itself
  const args = ['--input-type=module', '--eval', code];
  assert.equal(execFileSync('node', args, { cwd, encoding: 'utf8' }), '0110\n1,16,4,4\n');
});

test('two layers learn the moons and leave no tensor behind', async () => {
  assert.ok((await linesOf('two-layers.mjs')) <= 60);
  const output = run('two-layers.mjs');
  assert.match(output, /tanh\(%\d+\) \[200,16\]/);
  assert.match(output, /\n(19\d|200) of 200 points, 0 tensors left behind\n$/);
});

test('the examples for pages have fewer than 60 lines', async () => {
  for (const name of ['upload.html', 'camera.html']) assert.ok((await linesOf(name)) < 60, name);
});

test('an operation of one’s own has the right gradient', async () => {
  assert.ok((await linesOf('own-operation.mjs')) <= 60);
  assert.match(run('own-operation.mjs'), /log_cosh\(%1\)[^]*is right\n$/);
});

test('40 lines learn to read drawn digits to 98% in 20 seconds', async (t) => {
  assert.ok((await linesOf('digits.mjs')) <= 40);
  // The processors' time, since others may work on this machine as well: that of two threads.
  const counted = 'process.on("exit", () => console.log(JSON.stringify(process.cpuUsage())))';
  const args = ['--import', `data:text/javascript,${encodeURIComponent(counted)}`];
  const output = execFileSync('node', [...args, pathOf('digits.mjs')], { encoding: 'utf8' });
  const { user, system } = JSON.parse(/\{.*\}/.exec(output)[0]);
  const seconds = (user + system) / 1e6;
  t.diagnostic(`${output.trim()}, ${seconds.toFixed(1)} s of processor time`);
  assert.ok(Number(/^([\d.]+)%/.exec(output)[1]) >= 98, output);
  assert.ok(seconds < 40);
});

test('a network trained in JavaScript rejects what it never saw, here and in detect', async (t) => {
  assert.ok((await linesOf('train-and-reject.mjs')) <= 60);
  const folder = await mkdtemp(join(tmpdir(), 'odin-example-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'digits.safetensors');
  const output = run('train-and-reject.mjs', file);
  t.diagnostic(output.trim().replaceAll('\n', '; '));
  const percent = (what) => Number(new RegExp(`${what}: (\\d+)%`).exec(output)[1]);
  assert.ok(percent('digits 0 to 7') <= 10);
  assert.ok(percent('8 and 9') >= 60);
  assert.ok(percent('noise') >= 90);

  const odin = await load({ threads: 1 });
  const model = await odin.model(file);
  const { pictures, labels } = drawDigits(40, 9, [0, 1, 2, 3, 4, 5, 6, 7]);
  let [right, known] = [0, 0];
  for (const [i, label] of labels.entries()) {
    const found = await model.detect(pictures.slice(i * 784, (i + 1) * 784));
    right += found.className === String(label);
    known += found.verdict === 'in';
  }
  assert.ok(right >= 36 && known >= 34, `${right} right, ${known} in`);
  odin.dispose();
  if (program())
    assert.match(execFileSync(program(), ['info', file], { encoding: 'utf8' }), /lenet-5/);
});
