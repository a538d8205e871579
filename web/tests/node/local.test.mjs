import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { engineFiles } from '../../dist/files.js';
import { load } from '../../dist/odin.js';
import { LocalPort } from '../../dist/ports.js';
import { model as file, noise } from './common.mjs';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

test('where no worker starts the engine runs on the caller’s thread, and says why', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'odin-dist-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(dist, folder, { recursive: true });
  await rm(join(folder, 'worker.js'));
  const { load: loadWithoutWorker } = await import(pathToFileURL(join(folder, 'odin.js')));

  const local = await loadWithoutWorker({ threads: 2 });
  assert.equal(local.info.variant, 'simd');
  assert.equal(local.info.threads, 1);
  assert.match(local.info.reason, /simd-threads: .*worker.js.*; simd: .*worker.js/);
  assert.equal(local.info.worker, false);
  const odin = await load({ threads: 1 });
  const found = await (await local.model(file)).detect(noise(3));
  assert.deepEqual(
    { ...found, milliseconds: 0 },
    { ...(await (await odin.model(file)).detect(noise(3))), milliseconds: 0 },
  );
  odin.dispose();
  local.dispose();
});

test('the engine on the caller’s thread passes errors on, and refuses work when closed', async () => {
  const port = await LocalPort.start({
    variant: 'scalar',
    threads: 1,
    files: engineFiles('scalar'),
  });
  const call = { name: 'makeModel', request: { architecture: 'vgg-16' } };
  await assert.rejects(port.send(call), /expected densenet-bc-L-k/);
  port.close();
  await assert.rejects(port.send(call), /disposed of/);
});
