import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import * as t from '../../dist/tensor/index.js';
import { program, random } from './common.mjs';

const side = 16;
const perClass = 14;
const [epochs, batchSize, lr, seed, threads] = [4, 8, 0.05, 5, 2];
const classes = ['cold', 'green', 'warm'];

/** One colour a picture: whatever part of it a training takes, and however it is resized. */
function colours() {
  const next = random(11);
  const warmth = [
    [0.2, 0.3, 0.8],
    [0.3, 0.7, 0.3],
    [0.8, 0.4, 0.2],
  ];
  return classes.map((_, k) =>
    Array.from({ length: perClass }, () =>
      warmth[k].map((c) => Math.round(255 * Math.min(1, Math.max(0, c + 0.5 * (next() - 0.5))))),
    ),
  );
}

async function writePictures(folder, all) {
  for (const [k, name] of classes.entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (const [i, colour] of all[k].entries()) {
      const png = new PNG({ width: side, height: side });
      for (let p = 0; p < side * side; ++p) png.data.set([...colour, 255], 4 * p);
      const file = `${String(i).padStart(3, '0')}.png`;
      await writeFile(join(folder, name, file), PNG.sync.write(png));
    }
  }
}

test('fit has the losses of odin train, for the same seed and threads', async (context) => {
  if (!program()) return context.skip('the program is not built');
  const folder = await mkdtemp(join(tmpdir(), 'odin-parity-'));
  context.after(() => rm(folder, { recursive: true }));
  const all = colours();
  await writePictures(join(folder, 'pictures'), all);
  const [model, log] = [join(folder, 'm.safetensors'), join(folder, 'log.csv')];
  const options =
    `--arch convnet-8-16 --recipe fast --size ${side} --epochs ${epochs} --batch ${batchSize} --lr ${lr} ` +
    '--schedule cosine --warmup-epochs 0 --momentum 0.9 --weight-decay 0.0005 --augment resized-crop ' +
    `--no-mirror --validation 0 --seed ${seed} --threads ${threads} --quiet`;
  const files = ['--data', `folder:${join(folder, 'pictures')}`, '--save', model, '--log', log];
  execFileSync(program(), ['train', ...options.split(' '), ...files], { stdio: 'pipe' });
  const [head, ...lines] = (await readFile(log, 'utf8')).trim().split('\n');
  const column = (name) =>
    lines.map((line) => Number(line.split(',')[head.split(',').indexOf(name)]));

  await t.load({ threads });
  const trained = t.nn.Network.read(new Uint8Array(await readFile(model)));
  const [mean, std] = ['mean', 'std'].map((key) => JSON.parse(trained.metadata[key]));
  const planes = all
    .flat()
    .flatMap((colour) =>
      colour.flatMap((value, c) => Array(side * side).fill((value / 255 - mean[c]) / std[c])),
    );
  const count = classes.length * perClass;
  const x = t.tensor(Float32Array.from(planes), { shape: [count, 3, side, side] });
  const labels = classes.flatMap((_, k) => Array(perClass).fill(k));
  const sizes = { classes: classes.length, height: side, width: side, seed };
  const network = t.nn.Network.make('convnet-8-16', sizes);
  const optimizer = new t.optim.SGD(network, {
    ...{ lr, momentum: 0.9, nesterov: true, weightDecay: 0.0005 },
  });
  const total = epochs * Math.ceil(count / batchSize);
  const schedule = t.optim.cosineSchedule({ lr, total });
  const { history } = await t.fit(
    network,
    { x, labels },
    { epochs, batchSize, seed, optimizer, schedule },
  );
  const native = column('loss');
  assert.equal(native.length, epochs);
  context.diagnostic(
    native.map((loss, i) => `${loss} and ${history[i].loss.toFixed(6)}`).join(', '),
  );
  assert.ok(history[0].loss > history.at(-1).loss + 0.05, 'it learns');
  for (const [i, loss] of native.entries())
    assert.ok(Math.abs(loss - history[i].loss) < 1e-4, `epoch ${i + 1}`);
  // And so are the weights that come of it.
  const own = network.stateDict();
  for (const [name, weight] of Object.entries(trained.stateDict())) {
    const ours = own[name].data();
    weight.data().forEach((w, i) => assert.ok(Math.abs(Number(w) - Number(ours[i])) < 1e-3, name));
  }
});
