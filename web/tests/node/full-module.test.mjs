import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { obstacle, variants } from '../../dist/features.js';
import { engineFiles } from '../../dist/files.js';
import { Host } from '../../dist/host.js';
import { load } from '../../dist/odin.js';
import { graphFile, model as file, noise } from './common.mjs';

const call = (name, request) => ({ name, request });

for (const variant of variants)
  test(`${variant}: detects with the small module, and takes the full one when it has to`, async (t) => {
    if (obstacle(variant)) return t.skip(obstacle(variant));
    const threads = variant.endsWith('threads') ? 2 : 1;
    const host = await Host.start({ variant, threads, files: engineFiles(variant) });
    const bytes = new Uint8Array(await readFile(file));
    const { model } = await host.call(call('loadModel', { name: 'm', bytes }));
    const made = await host.call(call('makeModel', { architecture: 'wrn-10-1', seed: 3 }));
    const gone = await host.call(call('makeModel', { architecture: 'wrn-10-1' }));
    await host.call(call('freeModel', { model: gone.model }));
    const request = { model, picture: noise(1) };
    const before = await host.call(call('detect', request));
    const random = await host.call(call('detect', { model: made.model, picture: noise(1) }));
    assert.equal(host.isFull, false);

    const { methods } = await host.call(call('detect', { ...request, method: 'energy' }));
    assert.ok(Number.isFinite(methods.energy));
    assert.equal(host.isFull, true);
    // The models are there under their handles, and give the same.
    assert.deepEqual((await host.call(call('detect', request))).logits, before.logits);
    const again = await host.call(call('detect', { model: made.model, picture: noise(1) }));
    assert.deepEqual(again.logits, random.logits);
    await assert.rejects(
      host.call(call('detect', { model: gone.model, picture: noise(1) })),
      /disposed of/,
    );
    const next = await host.call(call('makeModel', { architecture: 'wrn-10-1' }));
    assert.ok(![model, made.model].includes(next.model));
  });

test('a model that is a graph takes the full module', async () => {
  const host = await Host.start({ variant: 'simd', threads: 1, files: engineFiles('simd') });
  const bytes = new Uint8Array(graphFile(0.5));
  const { info } = await host.call(call('loadModel', { name: 'g', bytes }));
  assert.equal(info.architecture, 'graph');
  assert.equal(host.isFull, true);
});

test('where the full module cannot be had, the small one goes on', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'odin-dist-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(fileURLToPath(new URL('../../dist', import.meta.url)), folder, { recursive: true });
  await rm(join(folder, 'odin-full-simd.js'));
  const odin = await load({ threads: 1, baseUrl: pathToFileURL(folder) });
  const model = await odin.model(file);
  const before = await model.detect(noise(2));
  await assert.rejects(model.detect(noise(2), { method: 'energy' }), /odin-full-simd\.js/);
  assert.deepEqual((await model.detect(noise(2))).logits, before.logits);
  odin.dispose();
});
