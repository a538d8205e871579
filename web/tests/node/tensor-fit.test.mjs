import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as t from '../../dist/tensor/index.js';

const { nn, optim } = t;
await t.load({ threads: 1 });

/** Points in the plane; which side of a circle they are on. */
function points(count, seed) {
  t.manualSeed(seed);
  return t.tidy(() => {
    const x = t.randn([count, 2]);
    return { x, labels: x.square().sum(1).gt(1.4).to('int64') };
  });
}

function made(seed = 1) {
  t.manualSeed(seed);
  return new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 2));
}

const weights = (network) => network.parameters().map((p) => p.toArray());

test('fit learns, tells how it goes, and measures what was held out', async () => {
  const network = made();
  const seen = [];
  const options = { epochs: 12, batchSize: 32, optimizer: new optim.Adam(network, { lr: 0.02 }) };
  const before = t.memory().tensors;
  const data = points(500, 2);
  const { epochs, stopped, history } = await t.fit(network, data, {
    ...options,
    heldOut: points(200, 3),
    onProgress: (progress) => seen.push(progress),
  });
  assert.deepEqual([epochs, stopped, history.length], [12, false, 12]);
  assert.ok(history.at(-1).loss < 0.5 * history[0].loss);
  assert.ok(history.at(-1).accuracy > 0.93 && history.at(-1).heldOut > 0.9);
  assert.equal(seen.length, 12 * 16);
  assert.deepEqual([seen.at(-1).step, seen.at(-1).steps, seen.at(-1).epoch], [192, 192, 11]);
  assert.equal(seen.at(-1).loss, history.at(-1).loss);
  assert.equal(network.training, false);
  assert.ok(t.memory().tensors <= before + 4); // the points, twice
});

test('a training that is stopped goes on to the same network', async () => {
  const data = points(200, 4);
  const labels = data.labels.toArray();
  const whole = made();
  const momentum = (network) => new optim.SGD(network, { lr: 0.1, momentum: 0.9 });
  const schedule = optim.cosineSchedule({ lr: 0.1, total: 5 * 7 });
  const options = { epochs: 5, batchSize: 32, seed: 9, schedule };
  await t.fit(whole, data, { ...options, optimizer: momentum(whole) });

  const parts = made();
  const optimizer = momentum(parts);
  const signal = { aborted: false };
  const onProgress = ({ step }) => (signal.aborted = step === 14); // the end of an epoch
  const list = { x: data.x, labels };
  const first = await t.fit(parts, list, { ...options, optimizer, signal, onProgress });
  assert.deepEqual([first.epochs, first.stopped, first.history.length], [2, true, 2]);
  const rest = await t.fit(parts, list, { ...options, optimizer, from: first.epochs });
  assert.deepEqual([rest.epochs, rest.stopped, rest.history.length], [5, false, 3]);
  assert.deepEqual(weights(parts), weights(whole));
});

test('the thread can do other things between the steps', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 60);
  const result = await t.fit(made(), points(500, 5), {
    epochs: 1_000_000,
    signal: controller.signal,
  });
  assert.equal(result.stopped, true);
  assert.ok(result.epochs < 1_000_000);
});

test('a new head on a network that stays as it is', async () => {
  const body = new nn.Linear(2, 16);
  const head = new nn.Linear(16, 2);
  const network = new nn.Sequential(body, (x) => x.relu(), head);
  const [before, headBefore] = [weights(body), weights(head)];
  await t.fit(network, points(100, 6), { epochs: 1, optimizer: new optim.SGD(head, { lr: 0.1 }) });
  assert.deepEqual(weights(body), before);
  assert.notDeepEqual(weights(head), headBefore);
});

test('what cannot be trained is refused, and a loss that is no number is said', async () => {
  const data = points(20, 7);
  const network = made();
  await assert.rejects(
    t.fit(network, { x: data.x, labels: [1, 2] }),
    /a label for each .* got 2 labels and \[20,2\]/,
  );
  await assert.rejects(t.fit(network, { x: 3, labels: [] }), /got 0 labels and 3/);
  await assert.rejects(t.fit(network, data, { batchSize: 0 }), /whole number as batchSize, got 0/);
  const wild = new optim.SGD(network, { lr: 1e30 });
  await assert.rejects(
    t.fit(network, data, { optimizer: wild, epochs: 9 }),
    /the loss is (NaN|Infinity) in step \d+; a lower learning rate/,
  );
});
