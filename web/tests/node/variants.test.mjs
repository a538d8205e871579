import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { obstacle, variants } from '../../dist/features.js';
import { load } from '../../dist/odin.js';
import { model as file, noise } from './common.mjs';

test('every build that runs here gives the same verdict, on one thread and two', async (t) => {
  const found = [];
  for (const variant of variants)
    for (const threads of variant.endsWith('threads') ? [1, 2] : [1]) {
      if (obstacle(variant)) {
        t.diagnostic(`${variant}: ${obstacle(variant)}`);
        continue;
      }
      const odin = await load({ variant, threads });
      assert.equal(odin.info.variant, variant);
      assert.equal(odin.info.threads, threads);
      const model = await odin.model(file);
      found.push({ variant, threads, ...(await model.detect(noise(11))) });
      odin.dispose();
    }
  for (const d of found) {
    assert.equal(d.label, found[0].label);
    assert.ok(Math.abs(d.odin - found[0].odin) < 1e-6, `${d.variant}: ${d.odin}`);
  }
  const threaded = found.filter((d) => d.variant === 'simd-threads');
  assert.equal(threaded[0]?.odin, threaded[1]?.odin);
});

test('onWorker is called once, before the engine is there', async () => {
  const seen = [];
  const odin = await load({ threads: 1, onWorker: () => seen.push('worker') });
  seen.push('engine');
  await odin.memory();
  odin.dispose();
  assert.deepEqual(seen, ['worker', 'engine']);
});

test('a build that cannot run here is refused by name when asked for', async () => {
  const validate = WebAssembly.validate;
  WebAssembly.validate = () => false;
  try {
    await assert.rejects(load({ variant: 'simd' }), /cannot run here: .*too old/);
  } finally {
    WebAssembly.validate = validate;
  }
});

test('without SIMD the scalar build is taken, and the reason said', async () => {
  const validate = WebAssembly.validate;
  WebAssembly.validate = (bytes) => !bytes.includes(0xfd) && validate(bytes);
  try {
    const odin = await load();
    assert.equal(odin.info.variant, 'scalar');
    assert.match(odin.info.reason, /no WebAssembly SIMD/);
    odin.dispose();
  } finally {
    WebAssembly.validate = validate;
  }
});

test('without shared memory one thread works', async () => {
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = class {
    constructor() {
      throw new RangeError('out of memory');
    }
  };
  try {
    const odin = await load({ threads: 2 });
    assert.equal(odin.info.variant, 'simd');
    assert.match(odin.info.reason, /shared memory/);
    odin.dispose();
  } finally {
    WebAssembly.Memory = Memory;
  }
});

test('a build that fails to start is followed by the next', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'odin-dist-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(fileURLToPath(new URL('../../dist', import.meta.url)), folder, { recursive: true });
  for (const name of ['odin-simd-threads.js', 'odin-relaxed-threads.wasm', 'odin-simd.wasm'])
    await rm(join(folder, name));
  const odin = await load({ threads: 2, baseUrl: pathToFileURL(folder) });
  assert.equal(odin.info.variant, 'scalar');
  assert.match(odin.info.reason, /simd-threads: .*; simd: /);
  odin.dispose();
});

test('a disposed engine refuses work and lets the program end', async () => {
  const odin = await load({ threads: 1 });
  const model = await odin.model(file);
  const running = model.detect(noise(1));
  odin.dispose();
  await assert.rejects(running, /disposed of/);
  await assert.rejects(model.detect(noise(1)), /disposed of/);
});
