import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { load } from '../../dist/odin.js';
import { graphFile, random } from './common.mjs';

const odin = await load({ threads: 2 });
after(() => odin.dispose());

test('a model that is a graph judges and has a gradient', async () => {
  const model = await odin.model(new Uint8Array(graphFile(0.5)));
  assert.equal(model.info.architecture, 'graph');
  assert.deepEqual(model.info.input, [3, 40, 40]);
  for (const [grey, className] of [
    [0.9, 'bright'],
    [0.1, 'dark'],
  ]) {
    const picture = new Float32Array(3 * 40 * 40).fill(grey);
    const found = await model.detect(picture, { temperature: 1, epsilon: 0.01 });
    assert.equal(found.className, className);
    const logit = 1.5 * grey - 0.75; // and its negative
    const sure = 1 / (1 + Math.exp(-2 * Math.abs(logit)));
    assert.ok(Math.abs(found.msp - sure) < 1e-6, `${found.msp}, expected ${sure}`);
    const moved = Math.abs(logit) + 0.015;
    assert.ok(Math.abs(found.odin - 1 / (1 + Math.exp(-2 * moved))) < 1e-6);
    assert.equal(found.verdict, null);
  }
  model.dispose();
});

test('a graph that does not fit its weights is refused, and why is said', async () => {
  const file = graphFile(1);
  const text = Buffer.from(file.toString('latin1').replace('\\"w\\"]', '\\"x\\"]'), 'latin1');
  await assert.rejects(odin.model(new Uint8Array(text)), /graph: .*x/);
});

test('networks with a name judge pictures of their size', async () => {
  for (const architecture of ['resnet-18', 'mobilenet-v2', 'lenet-5']) {
    const size = architecture === 'lenet-5' ? 32 : 64;
    const model = await odin.model({ architecture, size });
    const next = random(1);
    const picture = Float32Array.from({ length: 3 * size * size }, next);
    const { shape, gradient, odin: score } = await model.detect(picture);
    assert.deepEqual(shape, [3, size, size]);
    assert.ok(gradient.some((g) => g !== 0));
    assert.ok(score >= 0.1 - 1e-6 && score < 1);
    model.dispose();
  }
});
