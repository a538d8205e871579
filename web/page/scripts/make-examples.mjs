// Judges the sample pictures with the engine and keeps what the page shows of them until its own engine
// is there: public/examples/<sample>.json; and what each shipped network says of them: src/shipped/kept.json.
// Run after the engine or a shipped model has changed.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { load } from '../../dist/odin.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const modelName = 'densenet-bc-40-12-cifar10';
const allModels = [
  modelName,
  'wrn-16-4-cifar10',
  'densenet-bc-100-12-cifar10',
  'wrn-16-4-cifar100',
];
const { temperatures, epsilons } = JSON.parse(await readFile(here('../src/engine/grid.json')));

const base64url = (bytes) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
const rounded = (values) => Array.from(values, (value) => Number(value.toPrecision(9)));

function rgbOf(planes) {
  const size = planes.length / 3;
  return Uint8Array.from(planes, (_, i) =>
    Math.round(255 * planes[(i % 3) * size + Math.floor(i / 3)]),
  );
}

function downBits({ perturbed, input }) {
  const bits = new Uint8Array(input.length / 8);
  perturbed.forEach((moved, i) => (bits[i >> 3] |= (moved < input[i] ? 1 : 0) << (i & 7)));
  return bits;
}

async function exampleOf(model, picture) {
  const { temperature, epsilon, threshold, classes } = model.info;
  await model.detect(picture);
  const found = await model.detect(picture);
  const overT = await model.sweep(picture, { temperatures, epsilons: [epsilon] });
  const overEpsilon = await model.sweep(picture, { temperatures: [temperature], epsilons });
  const largestGradient = found.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  return {
    ...{ model: modelName, temperature, epsilon, threshold, classes },
    ...{ label: found.label, className: found.className, msp: found.msp, odin: found.odin },
    probabilities: rounded(found.probabilities),
    perturbedProbabilities: rounded(found.perturbedProbabilities),
    milliseconds: rounded([found.milliseconds])[0],
    input: base64url(rgbOf(found.input)),
    gradient: base64url(
      Int8Array.from(found.gradient, (g) => Math.round((127 * g) / largestGradient)),
    ),
    largestGradient: rounded([largestGradient])[0],
    down: base64url(downBits(found)),
    curves: {
      temperatures,
      overTemperature: rounded(overT.scores),
      epsilons,
      overEpsilon: rounded(overEpsilon.scores),
    },
  };
}

/** At the network's own settings. */
async function opinionOf(model, picture) {
  const { className, msp, verdict } = await model.detect(picture);
  return { className, msp: rounded([msp])[0], verdict };
}

const odin = await load({ threads: 1 });
const models = new Map();
for (const name of allModels)
  models.set(name, await odin.model(await readFile(here(`../../../weights/${name}.safetensors`))));
const model = models.get(modelName);
const opinions = {};
const out = here('../public/examples');
await mkdir(out, { recursive: true });
for (const folder of ['known', 'unknown']) {
  const samples = here(`../../../native/samples/${folder}`);
  for (const file of (await readdir(samples)).filter((name) => name.endsWith('.png')).sort()) {
    const { width, height, data } = PNG.sync.read(await readFile(join(samples, file)));
    const picture = { width, height, data: new Uint8ClampedArray(data) };
    const example = await exampleOf(model, picture);
    const said = (opinions[basename(file, '.png')] = {});
    for (const [name, one] of models) said[name] = await opinionOf(one, picture);
    await writeFile(join(out, `${basename(file, '.png')}.json`), JSON.stringify(example) + '\n');
    console.log(file, example.className, example.msp.toFixed(6), example.odin.toFixed(10));
  }
}
const keptFile = here('../src/shipped/kept.json');
await writeFile(keptFile, JSON.stringify(opinions, null, 2) + '\n');
odin.dispose();
