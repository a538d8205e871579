import { resolve } from 'node:path';
import { expect, test } from './fixtures.ts';

const files = {
  'operation-cases.mjs': resolve(import.meta.dirname, '../shared/operation-cases.mjs'),
  'ops.safetensors': resolve(import.meta.dirname, '../../../tests/golden/ops.safetensors'),
};

/** Runs in a worker of the page, which may use threads. */
const work = `
  import * as t from './engine/tensor/index.js';
  import { checkGolden, checkOthers } from './cases/operation-cases.mjs';
  try {
    const info = await t.load({ threads: 2, seed: 1 });
    const bytes = new Uint8Array(await (await fetch('./cases/ops.safetensors')).arrayBuffer());
    const cases = checkGolden(t, bytes);
    checkOthers(t);
    const x = t.randn([64, 2]);
    const labels = x.select(1, 0).gt(0).to('int64');
    const network = new t.nn.Sequential(new t.nn.Linear(2, 8), new t.nn.ReLU(), new t.nn.Linear(8, 2));
    const optimizer = new t.optim.Adam(network, { lr: 0.05 });
    let loss;
    const step = () => t.tidy(() => {
      optimizer.zeroGrad();
      const found = network.forward(x).crossEntropy(labels);
      found.backward();
      optimizer.step();
      loss = found.item();
    });
    for (let i = 0; i < 50; ++i) step();
    const before = t.memory();
    for (let i = 0; i < 10_000; ++i) step();
    postMessage({ info, cases, loss, before, after: t.memory() });
  } catch (e) {
    postMessage({ error: String(e) });
  }
`;

test('tensors in a worker: every operation, and a training that needs no more memory', async ({
  demo,
}) => {
  for (const [name, path] of Object.entries(files))
    await demo.page.route(`**/cases/${name}`, (route) =>
      route.fulfill({
        path,
        contentType: name.endsWith('.mjs') ? 'text/javascript' : 'application/octet-stream',
        headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' },
      }),
    );
  await demo.page.route('**/tensor-worker.mjs', (route) =>
    route.fulfill({
      body: work,
      contentType: 'text/javascript',
      headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' },
    }),
  );
  await demo.open();
  const found = await demo.page.evaluate(async () => {
    const worker = new Worker(new URL('tensor-worker.mjs', document.baseURI), { type: 'module' });
    const answer = await new Promise<Record<string, unknown>>((done) => {
      worker.onmessage = (e) => done(e.data);
      worker.onerror = (e) => done({ error: e.message });
    });
    worker.terminate();
    return answer;
  });
  expect(found['error']).toBeUndefined();
  expect(found['cases']).toBeGreaterThan(50);
  expect(found['loss']).toBeLessThan(0.05);
  expect(found['after']).toEqual(found['before']);
});
