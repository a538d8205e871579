import assert from 'node:assert/strict';
import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { load } from '../../dist/odin.js';
import { graphFile, model as file, noise, withMetadata } from './common.mjs';

let odin, model;
before(async () => {
  odin = await load({ threads: 1 });
  model = await odin.model(file);
});
after(() => odin.dispose());

/** RGBA of smooth waves, so that every part of the picture differs. */
function pixels(width, height) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x)
      for (let c = 0; c < 4; ++c)
        data[4 * (y * width + x) + c] =
          c === 3 ? 255 : 127 + 120 * Math.sin((x * (c + 1) + 2 * y) / 17);
  return { width, height, data };
}

/** The part of a picture from x, y on. */
function part({ width, data }, x, y, w, h) {
  const rows = Array.from({ length: h }, (_, i) => {
    const from = 4 * ((y + i) * width + x);
    return [...data.subarray(from, from + 4 * w)];
  });
  return { width: w, height: h, data: Uint8ClampedArray.from(rows.flat()) };
}

test('fit: crop takes the middle square, squash all of it, as a picture of its own shape', async () => {
  const wide = pixels(80, 50);
  const squashed = await model.detect(wide, { fit: 'squash' });
  assert.deepEqual(squashed.input, (await model.detect(wide)).input);
  const cropped = await model.detect(wide, { fit: 'crop' });
  assert.deepEqual(cropped.input, (await model.detect(part(wide, 15, 0, 50, 50))).input);
  assert.notDeepEqual(cropped.input, squashed.input);
  const tall = pixels(40, 90);
  assert.deepEqual(
    (await model.detect(tall, { fit: 'crop' })).input,
    (await model.detect(part(tall, 0, 25, 40, 40))).input,
  );
  // Planes too, and other calls.
  const planes = { width: 80, height: 50, data: new Float32Array(3 * 80 * 50) };
  for (let i = 0; i < 80 * 50; ++i)
    for (let c = 0; c < 3; ++c) planes.data[c * 4000 + i] = wide.data[4 * i + c] / 255;
  const ofPlanes = (await model.detect(planes, { fit: 'crop' })).input;
  cropped.input.forEach((value, i) => assert.ok(Math.abs(value - ofPlanes[i]) < 1e-5));
  const trace = await model.trace(wide, { fit: 'crop' });
  trace.logits.forEach((f, i) => assert.ok(Math.abs(f - cropped.logits[i]) < 1e-4));
});

test('a list of pictures is judged like each of them alone', async () => {
  const pictures = [noise(1), pixels(64, 48), noise(2), pixels(32, 32)];
  const options = { fit: 'crop', method: ['energy', 'msp'] };
  const together = await model.detect(pictures, options);
  assert.equal(together.length, 4);
  for (const [i, picture] of pictures.entries()) {
    const alone = await model.detect(picture, options);
    const found = together[i];
    assert.deepEqual(Object.keys(found).sort(), Object.keys(alone).sort());
    assert.deepEqual([found.label, found.verdict, found.threshold], [alone.label, alone.verdict, alone.threshold]); // prettier-ignore
    assert.ok(Math.abs(found.odin - alone.odin) < 1e-7);
    assert.ok(Math.abs(found.methods.energy - alone.methods.energy) < 1e-4);
    assert.deepEqual(found.input, alone.input);
    alone.gradient.forEach((g, j) => assert.ok(Math.abs(g - found.gradient[j]) < 1e-6));
  }
  assert.deepEqual(await model.detect([]), []);
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(model.detect(pictures, { signal: controller.signal }), /abort/i);
});

test('a batch takes less time than its pictures one after another', async (t) => {
  const pictures = Array.from({ length: 16 }, (_, i) => noise(i));
  await model.detect(pictures);
  const time = async (work) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const rounds = [];
  for (let i = 0; i < 3; ++i) {
    const together = await time(() => model.detect(pictures));
    const alone = await time(async () => {
      for (const picture of pictures) await model.detect(picture);
    });
    rounds.push(together / alone);
  }
  t.diagnostic(`one thread: ${rounds.map((r) => r.toFixed(2)).join(', ')} of the time`);
});

test('features are what the last layer reads', async () => {
  const [one, two] = await model.features([noise(1), noise(2)]);
  assert.equal(one.length, 132);
  assert.ok(one.some((h) => h > 0) && one.every((h) => h >= 0));
  (await model.features(noise(2))).forEach((h, i) => assert.ok(Math.abs(h - two[i]) < 1e-5));
  const graph = await odin.model(graphFile(0.5));
  const bright = { width: 40, height: 40, data: new Float32Array(4800).fill(0.5) };
  assert.deepEqual([...(await graph.features(bright))], [0.75]);
  graph.dispose();
});

test('the step can raise a class of one’s own choice', async () => {
  const picture = noise(3);
  const usual = await model.detect(picture);
  const same = await model.detect(picture, { target: usual.label });
  assert.ok(Math.abs(same.odin - usual.odin) < 1e-9);
  same.gradient.forEach((g, i) => assert.ok(Math.abs(g - usual.gradient[i]) < 1e-7));
  const ship = model.info.classes.indexOf('ship');
  const toward = await model.detect(picture, { target: 'ship', temperature: 1, epsilon: 0.003 });
  assert.equal(toward.label, usual.label);
  assert.deepEqual([toward.threshold, toward.verdict], [null, null]);
  assert.equal(toward.odin, toward.perturbedProbabilities[ship]);
  assert.ok(toward.odin > toward.probabilities[ship]);
  const given = await model.detect(picture, { target: ship, threshold: 0 });
  assert.equal(given.verdict, 'in');
  await assert.rejects(
    model.detect(picture, { target: 'boat' }),
    /no class 'boat'.*expected airplane/,
  );
  await assert.rejects(model.detect(picture, { target: 10 }), /no class '10'/);
});

test('calibrate finds the threshold of pictures that belong, with its sampling error', async () => {
  const own = await odin.model({ architecture: 'densenet-bc-10-4', seed: 1 });
  const pictures = Array.from({ length: 100 }, (_, i) => noise(i));
  const seen = [];
  const found = await own.calibrate(pictures, {
    epsilon: 0.002,
    onProgress: (done, total) => seen.push([done, total]),
  });
  assert.deepEqual(seen.at(-1), [100, 100]);
  assert.equal(found.scores.length, 100);
  assert.equal([...found.scores].filter((score) => score > found.threshold).length, 95);
  assert.ok(found.low <= found.threshold && found.threshold <= found.high);
  assert.ok(found.standardError > 0 && found.tprLow < 0.95 && found.tprHigh > 0.95);
  assert.deepEqual([found.temperature, found.epsilon], [1000, 0.002]);
  assert.deepEqual(own.info.defaults, { temperature: 1000, epsilon: 0.002, threshold: found.threshold }); // prettier-ignore
  const judged = await own.detect(pictures[0]);
  assert.equal(judged.threshold, found.threshold);
  assert.ok(Math.abs(judged.odin - found.scores[0]) < 1e-9);
  assert.equal((await own.detect(pictures[0], { epsilon: 0 })).threshold, null);
  await assert.rejects(own.calibrate([]), /expected a list of pictures that belong/);
  await assert.rejects(own.calibrate(pictures.slice(0, 2), { tpr: 2 }), /tpr|0 and 1|rate/i);
  own.dispose();
});

test('an option that nobody knows is refused, with those there are', async () => {
  const picture = noise(1);
  for (const [call, message] of [
    [
      () => model.detect(picture, { temprature: 2 }),
      /detect: there is no option 'temprature'; expected temperature, epsilon/,
    ],
    [() => model.detect(picture, 1000), /detect: expected an object of options \(.*\), got 1000/],
    [() => model.perturb(picture, picture, { eps: 1 }), /perturb: there is no option 'eps'/],
    [() => model.sweep(picture, { temperatures: [1], epsilons: [0], t: 1 }), /sweep: .*'t'/],
    [() => model.trace(picture, { epsilon: 1 }), /trace: .*'epsilon'/],
    [() => model.features(picture, { layer: 2 }), /features: .*'layer'/],
    [() => model.calibrate([picture], { TPR: 2 }), /calibrate: .*'TPR'/],
    [() => model.bench('odin', { repeat: 2 }), /bench: .*'repeat'/],
    [() => odin.model(file, { maxbytes: 2 }), /model: .*'maxbytes'/],
    [() => load({ thread: 1 }), /load: there is no option 'thread'; expected threads, variant/],
    [
      () => model.detect(picture, { fit: 'stretch' }),
      /expected 'crop' or 'squash' as fit, got 'stretch'/,
    ],
  ])
    // prettier-ignore
    await assert.rejects(call, message);
});

test('what is no picture, and pixels of 0 to 255, are refused with the mend', async () => {
  const bytes = noise(1).map((v) => 255 * v);
  await assert.rejects(model.detect(bytes), /0 to 255/);
  await assert.rejects(model.detect([noise(1), bytes]), /0 to 255/);
  for (const wrong of [null, undefined, 'cat.png', 7, {}, { width: 3, height: 3 }])
    await assert.rejects(model.detect(wrong), /picture: expected a File, a Blob, an <img>/);
  await assert.rejects(
    model.detect(new Blob(['x'])),
    /a File or Blob needs a browser's decoder.*\{ width, height, data \}/,
  );
});

test('files that are no models are told by what they are', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'odin-files-'));
  t.after(() => rm(folder, { recursive: true }));
  const text = (s) => new TextEncoder().encode(s);
  for (const [bytes, message] of [
    [
      text('\n<!DOCTYPE html><html><head>'),
      /'model': expected a \.safetensors file, got an HTML page: is the address right\?/,
    ],
    [text('<html lang="en">'), /HTML page/],
    [
      Uint8Array.of(0x08, 0x08, 0x12, 0x07, ...text('pytorch')),
      /an ONNX model.*odin convert model\.onnx/,
    ],
    [
      Uint8Array.of(0x50, 0x4b, 3, 4, ...text('archive/data.pkl')),
      /PyTorch's checkpoints.*odin convert model\.pth/,
    ],
    [Uint8Array.of(0x80, 2, ...text('ccollections')), /pickle format.*odin convert/],
    [Uint8Array.of(0x1f, 0x8b, 8, 0), /compressed by gzip/],
    [text('version https://git-lfs.github.com/spec/v1'), /git lfs pull/],
    [text('{"error": "not found"}'), /got JSON/],
    [Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /got a picture/],
    [new Uint8Array(), /'model' is empty/],
  ])
    // prettier-ignore
    await assert.rejects(odin.model(bytes), message);
  const path = join(folder, 'page.safetensors');
  await writeFile(path, '<!doctype html>');
  await assert.rejects(odin.model(path), /'page\.safetensors': .* got an HTML page/);
});

test('files whose first bytes look like something else are models all the same', async () => {
  const bytes = await readFile(file);
  // Lengths of the header whose lowest byte begins a zip file, an ONNX model, a pickle.
  for (const lowest of [0x50, 0x08, 0x80]) {
    let made = bytes;
    for (let filler = 0; made[0] !== lowest || made === bytes; ++filler) {
      if (filler > 600) break;
      made = withMetadata(bytes, { filler: 'x'.repeat(filler) });
    }
    const loaded = await odin.model(made);
    assert.equal(loaded.info.classes.length, 10);
    loaded.dispose();
  }
});
