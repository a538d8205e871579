import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { load } from '../../dist/odin.js';
import * as t from '../../dist/tensor/index.js';
import { model as file, program } from './common.mjs';

const { nn, optim } = t;
await t.load({ threads: 1 });
const bytes = new Uint8Array(await readFile(file));

test('a shipped network takes other classes: its body is the same, its head is new', () => {
  const shipped = nn.Network.read(bytes);
  t.manualSeed(3);
  const x = t.randn([2, 3, 32, 32]);
  const { logits, features } = shipped.features(x);
  assert.deepEqual([logits.shape, features.shape], [[2, 10], [2, 132]]); // prettier-ignore
  assert.deepEqual(logits.toArray(), shipped.forward(x).toArray());
  for (const classes of [3, 10]) {
    const { network, head } = shipped.withNewHead(classes, { seed: 1 });
    assert.equal(network.training, false);
    assert.deepEqual(head.map(({ shape }) => shape), [[classes, 132], [classes]]); // prettier-ignore
    const own = network.features(x);
    assert.deepEqual(own.features.toArray(), features.toArray());
    assert.deepEqual(own.logits.shape, [2, classes]);
    assert.notDeepEqual(own.logits.toArray(), logits.toArray());
    network.dispose();
  }
  shipped.dispose();
});

test('what is trained is the head alone, the last block, or all', async () => {
  const shipped = nn.Network.read(bytes);
  t.manualSeed(1);
  const data = { x: t.randn([8, 3, 32, 32]), labels: [0, 1, 0, 1, 0, 1, 0, 1] };
  const changedBy = async (choose) => {
    const { network, head } = shipped.withNewHead(2);
    const values = () =>
      Object.fromEntries(network.namedParameters().map(([name, p]) => [name, p.data()]));
    const before = values();
    const optimizer = new optim.SGD(choose(network, head), { lr: 0.05 });
    await t.fit(network, data, { epochs: 1, batchSize: 8, optimizer });
    const after = values();
    network.dispose();
    return Object.keys(before).filter((name) => before[name].some((w, i) => w !== after[name][i]));
  };
  const ofHead = await changedBy((_, head) => head);
  assert.equal(ofHead.length, 2);
  const isLast = (name) => name.startsWith('block3') || ofHead.includes(name);
  const lastBlock = await changedBy((network) =>
    network.namedParameters().flatMap(([name, p]) => (isLast(name) ? [p] : [])),
  );
  assert.ok(lastBlock.length > 10 && lastBlock.every(isLast));
  const all = await changedBy((network) => network);
  assert.ok(all.length > 2 * lastBlock.length);
  shipped.dispose();
});

test('scores of features, their bank and thresholds are in the file that detect reads', async (context) => {
  t.manualSeed(5);
  const network = nn.Network.make('convnet-4-8', {
    classes: 3,
    height: 8,
    width: 8,
    seed: 2,
  }).eval();
  const x = t.randn([60, 3, 8, 8]);
  const rows = t.noGrad(() => network.features(x));
  assert.throws(() => network.scores(rows, ['knn:k=3']), /knn/);
  network.setBank(rows);
  const methods = ['msp', 'energy', 'knn:k=3', 'nnguide:k=3'];
  assert.throws(() => network.scores(rows, ['mahalanobis']), /mahalanobis/);
  const scores = network.scores(rows, methods);
  assert.deepEqual(scores.map((row) => row.length), [60, 60, 60, 60]); // prettier-ignore
  const softmax = t.max(t.softmax(rows.logits), 1).toArray();
  softmax.forEach((p, i) => assert.ok(Math.abs(p - scores[0][i]) < 1e-6));
  const { threshold } = t.estimateThreshold(scores[2]);
  network.setThresholds({ 'knn:k=3': threshold });
  const [mean, std] = [[0, 0, 0], [1, 1, 1]]; // prettier-ignore
  const written = network.write({ classes: ['a', 'b', 'c'], mean, std });

  const again = nn.Network.read(written);
  assert.deepEqual(JSON.parse(again.metadata.fit).thresholds, { 'knn:k=3': threshold });
  assert.deepEqual(again.scores(rows, methods), scores);
  const odin = await load({ threads: 1 });
  const model = await odin.model(written);
  const picture = new Float32Array(192).map((_, i) => (i % 7) / 7);
  const found = await model.detect(picture, { method: ['knn:k=3'] });
  const seen = t.tensor(picture, { shape: [1, 3, 8, 8] });
  const ours = again.scores(t.noGrad(() => again.features(seen)), ['knn:k=3'])[0][0]; // prettier-ignore
  assert.ok(Math.abs(found.methods['knn:k=3'] - ours) < 1e-5);
  odin.dispose();
  if (program()) {
    const folder = await mkdtemp(join(tmpdir(), 'odin-heads-'));
    context.after(() => rm(folder, { recursive: true }));
    const [saved, png] = [join(folder, 'm.safetensors'), join(folder, 'p.png')];
    await writeFile(saved, written);
    const drawn = new PNG({ width: 8, height: 8 });
    drawn.data.fill(128);
    await writeFile(png, PNG.sync.write(drawn));
    const run = (...args) => execFileSync(program(), args, { encoding: 'utf8' });
    assert.match(run('info', saved), /odin fit: pictures in JavaScript \(60 images\), bank of 60/);
    assert.match(
      run('detect', '--model', saved, '--method', 'knn:k=3', png),
      /knn:k=3[^]*(in|out)/,
    );
  }
  const fewer = { features: rows.features, logits: rows.logits.slice(0, 0, 5) };
  assert.throws(() => network.setBank(fewer), /of the same pictures, got \[5,3\] and \[60,/);
  assert.throws(() => network.scores(rows, ['nearest']), /nearest/);
});

test('pictures of any size are made as the network takes them', () => {
  const shipped = nn.Network.read(bytes);
  const picture = t.rand([3, 50, 70]);
  const made = shipped.fitPicture(picture);
  assert.deepEqual(made.shape, [1, 3, 32, 32]);
  assert.deepEqual(shipped.fitPicture(t.rand([1, 9, 9])).shape, [1, 3, 32, 32]);
  assert.throws(() => shipped.fitPicture(t.rand([2, 9, 9])), /channels/);
  shipped.dispose();
});

for (const [name, make] of [
  ['SGD with momentum', (layer) => new optim.SGD(layer, { lr: 0.1, momentum: 0.9 })],
  ['Adam', (layer) => new optim.Adam(layer, { lr: 0.05 })],
  ['AdamW', (layer) => new optim.AdamW(layer, { lr: 0.05 })],
])
  test(`${name} goes on from its state, through a file, to the same weights`, () => {
    t.manualSeed(4);
    const x = t.randn([6, 3]);
    const step = (layer, optimizer) =>
      t.tidy(() => {
        optimizer.zeroGrad();
        layer.forward(x).square().mean().backward();
        optimizer.step();
      });
    const whole = new nn.Linear(3, 2);
    const begin = whole.stateDict();
    const parts = new nn.Linear(3, 2);
    parts.loadStateDict(begin);
    const [a, b] = [make(whole), make(parts)];
    assert.deepEqual(b.stateDict(), {});
    for (let i = 0; i < 3; ++i) step(whole, a);
    for (let i = 0; i < 2; ++i) step(parts, b);
    const saved = t.writeSafetensors(b.stateDict());
    b.dispose();
    const c = make(parts);
    c.loadStateDict(t.readSafetensors(saved).tensors);
    step(parts, c);
    assert.deepEqual(parts.weight.toArray(), whole.weight.toArray());
    assert.deepEqual(parts.bias.toArray(), whole.bias.toArray());
    const other = make(new nn.Linear(4, 2));
    assert.throws(() => other.loadStateDict(c.stateDict()), /the state to load has no/);
    assert.throws(() => c.loadStateDict({ nonsense: x }), /the state to load/);
    step(parts, c); // unharmed
  });

test('fit tells of each epoch', async () => {
  t.manualSeed(6);
  const x = t.randn([20, 2]);
  const seen = [];
  const { history } = await t.fit(
    new nn.Sequential(new nn.Linear(2, 2)),
    { x, labels: Array.from({ length: 20 }, (_, i) => i % 2) },
    { epochs: 3, onEpoch: (epoch, done) => seen.push([epoch, done]) },
  );
  assert.deepEqual(seen, history.map((epoch, i) => [epoch, i + 1])); // prettier-ignore
});

test('ODIN’s step may differ by channel', () => {
  const network = nn.Network.make('convnet-4-8', { classes: 3, height: 8, width: 8 }).eval();
  const x = t.randn([2, 3, 8, 8]);
  const plain = t.odinScores(network, x, { epsilon: 0.01 });
  const same = t.tensor([0.01, 0.01, 0.01], { shape: [1, 3, 1, 1] });
  assert.deepEqual(t.odinScores(network, x, { epsilon: same }), plain);
  const other = t.tensor([0.01, 0.1, 0], { shape: [1, 3, 1, 1] });
  assert.notDeepEqual(t.odinScores(network, x, { epsilon: other }).odin, plain.odin);
});
