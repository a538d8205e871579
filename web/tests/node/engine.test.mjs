import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { load, verdictOf } from '../../dist/odin.js';
import { model as file, noise, withMetadata } from './common.mjs';

let odin, model;
before(async () => {
  odin = await load({ threads: 1 });
  model = await odin.model(file);
});
after(() => odin.dispose());

test('one thread takes the build without threads and says why', () => {
  assert.equal(odin.info.worker, true);
  assert.equal(odin.info.variant, 'simd');
  assert.equal(odin.info.threads, 1);
  assert.match(odin.info.reason, /one thread/);
});

test('the model tells what it is', async () => {
  const { architecture, classes, input, parameters } = model.info;
  assert.equal(architecture, 'densenet-bc-40-12');
  assert.equal(classes.length, 10);
  assert.deepEqual(input, [3, 32, 32]);
  assert.equal(parameters, 176122);
  const { temperature, epsilon, threshold } = model.info;
  assert.deepEqual(model.info.defaults, { temperature, epsilon, threshold });
  assert.equal(await model.multiplyAdds(), 72365352);
});

test('a detection belongs together: softmax, label, step and verdict', async () => {
  const picture = noise(1);
  const d = await model.detect(picture);
  const largest = Math.max(...d.probabilities);
  assert.equal(d.probabilities.indexOf(largest), d.label);
  assert.equal(d.msp, largest);
  assert.equal(d.className, model.info.classes[d.label]);
  assert.ok(Math.abs(d.probabilities.reduce((a, b) => a + b) - 1) < 1e-12);
  assert.equal(Math.max(...d.perturbedScores), d.odin);
  assert.ok(Math.abs(d.scores.reduce((a, b) => a + b) - 1) < 1e-12);
  assert.ok(d.scores[d.label] < d.perturbedScores[d.label]);
  assert.equal(d.threshold, model.info.threshold);
  assert.equal(d.verdict, verdictOf(d.odin, d.threshold));
  assert.deepEqual(d.input, picture);
  for (let i = 0; i < picture.length; i += 97) {
    const step = d.gradient[i] >= 0 ? -model.info.epsilon : model.info.epsilon;
    assert.ok(Math.abs(d.perturbed[i] - picture[i] - step) < 1e-6, `pixel ${i}`);
  }
});

test('the threshold is the one asked for, or the model’s own at its own settings', async () => {
  const picture = noise(1);
  const { temperature, epsilon, threshold } = model.info;
  const own = await model.detect(picture, { temperature, epsilon });
  assert.equal(own.threshold, threshold);
  for (const others of [{ temperature: 5 }, { epsilon: 0 }, { direction: 'fgsm' }]) {
    const without = await model.detect(picture, others);
    assert.deepEqual([without.threshold, without.verdict], [null, null]);
    const given = await model.detect(picture, { ...others, threshold: 0.9 });
    assert.deepEqual([given.threshold, given.verdict], [0.9, verdictOf(given.odin, 0.9)]);
  }
  const untuned = await odin.model({ architecture: 'densenet-bc-10-4' });
  assert.deepEqual(untuned.info.defaults, { temperature: 1000, epsilon: 0.0014 });
  untuned.dispose();
});

test('other methods have their scores beside the usual result', async () => {
  const picture = noise(1);
  const usual = await model.detect(picture);
  const d = await model.detect(picture, { method: ['odin', 'msp', 'energy', 'gen:gamma=0.5:m=5'] });
  assert.equal(usual.methods, undefined);
  assert.equal(d.odin, usual.odin);
  assert.deepEqual(Object.keys(d.methods), ['odin', 'msp', 'energy', 'gen:gamma=0.5:m=5']);
  assert.ok(Math.abs(d.methods.odin - d.odin) < 1e-9);
  assert.ok(Math.abs(d.methods.msp - d.msp) < 1e-9);
  const largest = Math.max(...d.logits);
  const energy = largest + Math.log(d.logits.reduce((sum, f) => sum + Math.exp(f - largest), 0));
  assert.ok(Math.abs(d.methods.energy - energy) < 1e-5 * energy);
  const { methods } = await model.detect(picture, { method: 'scale', step: true });
  assert.ok(Number.isFinite(methods.scale));
  assert.notEqual(methods.scale, (await model.detect(picture, { method: 'scale' })).methods.scale);
  await assert.rejects(model.detect(picture, { method: 'guess' }), /method: expected odin, msp/);
  await assert.rejects(model.detect(picture, { method: 'knn' }), /odin fit --model/);
});

test('the gradient is that of -log S at the first node of a trace too', async () => {
  const picture = noise(8);
  const { gradient } = await model.detect(picture);
  const { nodes } = await model.trace(picture);
  const [image] = nodes;
  assert.equal(image.op, 'image');
  for (const map of image.maps)
    for (let i = 0; i < 1024; i += 61) {
      const difference = map.gradient[i] - gradient[map.channel * 1024 + i];
      assert.ok(Math.abs(difference) < 1e-3 * image.gradient.maxAbs, `pixel ${i}`);
    }
  assert.ok(nodes.at(-1).value.mean > 0); // -log S
  const first = nodes.find((node) => node.op === 'conv2d');
  assert.deepEqual(
    first.parameters.map(({ name }) => name),
    ['conv1.weight'],
  );
  assert.equal(first.parameters[0].shape.length, 4);
});

test('the step by itself is that of a detection, and down where the gradient is exactly 0', async () => {
  const picture = noise(9);
  for (const direction of ['odin', 'fgsm']) {
    const { gradient, perturbed } = await model.detect(picture, { direction });
    assert.deepEqual(await model.perturb(picture, gradient, { direction }), perturbed);
  }
  const gradient = noise(10).map((_, i) => [0, -0, 1e-30, -1e-30][i % 4]);
  const signs = [1, 1, 1, -1];
  for (const [direction, towards] of [
    ['odin', -1],
    ['fgsm', 1],
  ]) {
    const moved = await model.perturb(picture, gradient, { epsilon: 0.25, direction });
    moved.forEach((value, i) => {
      const expected = picture[i] + towards * 0.25 * signs[i % 4];
      assert.ok(Math.abs(value - expected) < 1e-6, `${direction}, pixel ${i}`);
    });
  }
  await assert.rejects(model.perturb(picture, new Float32Array(5)), /gradient: expected 3072/);
  await assert.rejects(model.perturb(picture, gradient, { epsilon: -1 }), /epsilon must be 0/);
});

test('an expression’s gradients are what flows along its edges', async () => {
  const variable = (name, value) => ({ op: 'variable', name, value });
  const steps = [variable('x', 2), variable('y', 3), { op: 'mul', a: 0, b: 1 }];
  const tape = await odin.differentiate({ steps: [...steps, { op: 'add', a: 2, b: 0 }] });
  assert.deepEqual(tape.values, [2, 3, 6, 8]);
  assert.deepEqual(tape.gradients, [4, 2, 1, 1]);
  assert.deepEqual(tape.flows, [
    { from: 3, to: 2, amount: 1 },
    { from: 3, to: 0, amount: 1 },
    { from: 2, to: 0, amount: 3 },
    { from: 2, to: 1, amount: 2 },
  ]);
  const broken = odin.differentiate({ steps: [...steps, { op: 'add', a: 2 }] });
  await assert.rejects(broken, /a step of 'add' has no b/);
});

test('the step of ODIN raises the score and that of FGSM lowers it', async () => {
  const picture = noise(2);
  const scores = {};
  for (const direction of ['odin', 'fgsm'])
    scores[direction] = await model.detect(picture, { direction });
  const none = await model.detect(picture, { epsilon: 0 });
  assert.ok(scores.odin.odin > none.odin && none.odin > scores.fgsm.odin);
  assert.equal(scores.fgsm.verdict, null);
});

test('a sweep gives the scores of single detections', async () => {
  const picture = noise(3);
  const grid = { temperatures: [1, 1000], epsilons: [0, 0.0014, 0.004] };
  const { scores } = await model.sweep(picture, grid);
  assert.equal(scores.length, 6);
  for (const [i, temperature] of grid.temperatures.entries())
    for (const [j, epsilon] of grid.epsilons.entries()) {
      const { odin: score } = await model.detect(picture, { temperature, epsilon });
      assert.ok(Math.abs(scores[i * 3 + j] - score) < 1e-7);
    }
});

test('pictures of other sizes are resized, and impossible ones refused', async () => {
  const picture = { width: 48, height: 64, data: new Uint8ClampedArray(48 * 64 * 4).fill(99) };
  const { input } = await model.detect(picture);
  assert.ok(input.every((v) => Math.abs(v - 99 / 255) < 1e-6));
  await assert.rejects(model.detect({ ...picture, width: 0 }), /at least one pixel/);
  await assert.rejects(model.detect({ ...picture, width: 49 }), /takes 12544 bytes, got 12288/);
  await assert.rejects(model.detect(new Float32Array(5)), /expected 3072 numbers/);
  await assert.rejects(model.detect(noise(1).fill(NaN)), /NaN or infinite/);
  await assert.rejects(model.detect(noise(1), { temperature: 0 }), /temperature must be positive/);
  await model.detect(noise(1)); // and the engine still works
});

test('networks of other sizes and of any size take planes, and say the shape', async () => {
  const { readFile } = await import('node:fs/promises');
  const wide = await odin.model({ architecture: 'wrn-10-1', size: 48 });
  assert.deepEqual(wide.info.input, [3, 48, 48]);
  const planes = { width: 20, height: 30, data: new Float32Array(3 * 20 * 30).fill(0.25) };
  const d = await wide.detect(planes);
  assert.deepEqual(d.shape, [3, 48, 48]);
  assert.ok(d.input.every((v) => Math.abs(v - 0.25) < 1e-6));
  assert.equal((await wide.trace(planes)).nodes[0].shape.join(), '3,48,48');
  assert.ok((await wide.multiplyAdds()) > 0);
  await assert.rejects(wide.detect(noise(1)), /expected 6912 numbers \[1,3,48,48\], got 3072/);
  await assert.rejects(wide.detect({ ...planes, width: 21 }), /expected 1890 numbers/);
  wide.dispose();
  await assert.rejects(odin.model({ architecture: 'wrn-10-1', size: 2000 }), /size of 1 to 1024/);

  const any = await odin.model(withMetadata(await readFile(file), { input: '[3,null,null]' }));
  assert.deepEqual(any.info.input, [3, null, null]);
  const same = { width: 32, height: 32, data: noise(4) };
  const [a, b] = [await any.detect(same), await model.detect(noise(4))];
  assert.deepEqual([a.odin, a.shape], [b.odin, [3, 32, 32]]);
  assert.deepEqual((await any.detect({ ...planes })).shape, [3, 30, 20]);
  await assert.rejects(any.detect(noise(4)), /takes any size; give { width, height, data }/);
  assert.equal((await any.bench('forward', { repeats: 1 })).milliseconds.length, 1);
  any.dispose();
});

test('what is no model is refused with the native text', async () => {
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(file);
  await assert.rejects(odin.model(new ArrayBuffer(4)), /safetensors: 'model': .*too few/);
  await assert.rejects(odin.model(bytes.subarray(0, 100_000)), /safetensors: 'model'/);
  await assert.rejects(odin.model(new Blob(['<!doctype html>'.repeat(9)])), /got an HTML page/);
  await assert.rejects(
    odin.model(bytes, { maxBytes: 1000 }),
    /more than the 1000 that are allowed/,
  );
  await assert.rejects(odin.model({ architecture: 'vgg-16' }), /expected densenet-bc-L-k/);
  await assert.rejects(odin.model('no/such/file.safetensors'), /no such file/i);
});

test('a Blob is read with progress', async () => {
  const { readFile } = await import('node:fs/promises');
  const blob = new Blob([await readFile(file)]);
  let last = 0;
  const other = await odin.model(blob, { onProgress: (loaded) => (last = loaded) });
  assert.equal(last, blob.size);
  other.dispose();
});

test('work that has not begun can be cancelled', async () => {
  const running = model.detect(noise(4));
  const cancel = new AbortController();
  const waiting = model.detect(noise(5), { signal: cancel.signal });
  const behind = model.detect(noise(6));
  cancel.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(model.detect(noise(5), { signal: cancel.signal }), { name: 'AbortError' });
  await Promise.all([running, behind]);
});

test('a load that is cancelled after it has begun is freed', async (t) => {
  const sent = t.mock.method(Worker.prototype, 'postMessage').mock;
  const received = t.mock.method(Worker.prototype, 'emit').mock;
  const cancel = new AbortController();
  const loading = odin.model({ architecture: 'densenet-bc-40-12' }, { signal: cancel.signal });
  cancel.abort();
  await assert.rejects(loading, { name: 'AbortError' });
  await odin.memory(); // behind the load
  await odin.memory(); // and behind what frees it
  const requests = sent.calls.map(({ arguments: [request] }) => request);
  const { id } = requests.find(({ call }) => call?.name === 'makeModel');
  const replies = received.calls.map(({ arguments: [, reply] }) => reply);
  const { model } = replies.find((reply) => reply?.id === id).result;
  const freed = requests.map(({ call }) => call).filter((call) => call?.name === 'freeModel');
  assert.deepEqual(freed, [{ name: 'freeModel', request: { model } }]);
});

test('a sweep stops between temperatures', async () => {
  const cancel = new AbortController();
  const temperatures = Array.from({ length: 1000 }, (_, i) => i + 1);
  const options = { temperatures, epsilons: [0, 0.001], signal: cancel.signal };
  const sweep = model.sweep(noise(7), options);
  setTimeout(() => cancel.abort(), 100);
  await assert.rejects(sweep, { name: 'AbortError' });
  await model.detect(noise(7));
});

test('a disposed model is gone, and so is its memory', async () => {
  const first = await odin.model({ architecture: 'wrn-16-4' });
  await first.bench('odin', { repeats: 1 });
  first.dispose();
  await assert.rejects(first.detect(noise(1)), /disposed of/);
  const memory = await odin.memory();
  for (let i = 0; i < 4; ++i) {
    const next = await odin.model({ architecture: 'wrn-16-4' });
    await next.bench('odin', { repeats: 1 });
    next.dispose();
  }
  assert.equal(await odin.memory(), memory);
});

test('1,000 detections do not grow the memory', async () => {
  for (let i = 0; i < 10; ++i) await model.detect(noise(i));
  const memory = await odin.memory();
  for (let i = 0; i < 1000; ++i) await model.detect(noise(i));
  assert.equal(await odin.memory(), memory);
});

test('what needs too much memory is refused with the limit, and the rest still works', async () => {
  const large = await odin.model({ architecture: 'wrn-28-10', size: 96 });
  const picture = new Float32Array(3 * 96 * 96).fill(0.5);
  await assert.rejects(large.trace(picture), /out of memory: .* a page has 1024 MB/);
  large.dispose();
  await model.trace(noise(1));
});
