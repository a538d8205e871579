// Adds to public/models/<model>.scores.json what `odin tune --histograms` does not write:
//   node scripts/add-scores.mjs thresholds MODEL FITTED.safetensors
//     the thresholds that `odin fit --validation SET` found for the methods that need no fit
//   node scripts/add-scores.mjs set MODEL STATE.safetensors NAME
//     the scores of one more set, or more of one that is there under this name: the first --out of a
//     run of `odin tune` over the same grid that was interrupted behind that set, as its --state keeps them
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const withoutFit = [
  ...['max-logit', 'energy', 'gradnorm', 'gen', 'ash-p', 'ash-b', 'ash-s', 'scale'],
];

/** Header and numbers of a safetensors file. */
async function safetensors(path) {
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const types = { F64: Float64Array, F32: Float32Array };
  const tensor = (name) => {
    const { dtype, shape, data_offsets: at } = header[name];
    const data = bytes.buffer.slice(
      bytes.byteOffset + 8 + length + at[0],
      bytes.byteOffset + 8 + length + at[1],
    );
    return { shape, data: new types[dtype](data) };
  };
  return { metadata: header.__metadata__, tensor };
}

function addThresholds(scores, { metadata }) {
  const { thresholds, validation } = JSON.parse(metadata.fit);
  scores.methods = {
    set: validation.set,
    images: validation.n,
    thresholds: Object.fromEntries(withoutFit.map((name) => [name, thresholds[name]])),
  };
}

/** Counts in the bins there are, and the share above the threshold; what lies beyond goes into the last bin. */
function add(histogram, at, values) {
  const { low, high, threshold, counts, above } = histogram;
  const bins = counts[0].length;
  const found = new Array(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    ++found[Math.min(bins - 1, Math.max(0, bin))];
  }
  counts.splice(at, 0, found);
  above.splice(at, 0, values.filter((value) => value > threshold).length / values.length);
}

function confidences({ shape: [images, classes], data }) {
  return Array.from({ length: images }, (_, i) => {
    const logits = data.subarray(i * classes, (i + 1) * classes);
    const most = Math.max(...logits);
    return 1 / logits.reduce((sum, f) => sum + Math.exp(f - most), 0);
  });
}

function addSet(scores, { metadata, tensor }, name) {
  const request = JSON.parse(metadata.request);
  const { shape, data } = tensor('set1.scores');
  const [settings, images] = shape;
  const grid = request.temperatures.flatMap((t) => request.epsilons.map((e) => [t, e]));
  const isSame = ([t, e], i) =>
    scores.settings[i].temperature === t && Math.abs(scores.settings[i].epsilon - e) < 1e-12;
  if (grid.length !== settings || grid.length !== scores.settings.length || !grid.every(isSame))
    throw new Error('the grids differ');
  const old = scores.sets.findIndex((set) => set.name === name);
  if (old >= 0)
    for (const list of [
      scores.sets,
      ...[...scores.settings, scores.baseline].flatMap((h) => [h.counts, h.above]),
    ])
      list.splice(old, 1);
  const at = old >= 0 ? old : 1; // else behind the known set
  const set = request.sets[1].set.replace(/([a-z]+:)(?:[^@#]*\/)?([^/@#]+)/, '$1$2');
  scores.sets.splice(at, 0, {
    set: set.replace(/(#.*)?$/, `#0-${images - 1}`),
    name,
    role: 'out',
    n: images,
  });
  scores.settings.forEach((setting, i) =>
    add(setting, at, [...data.subarray(i * images, (i + 1) * images)]),
  );
  add(scores.baseline, at, confidences(tensor('set1.logits')));
}

const [what, model, file, name] = process.argv.slice(2);
const path = here(`../public/models/${model}.scores.json`);
const scores = JSON.parse(await readFile(path));
if (what === 'thresholds') addThresholds(scores, await safetensors(file));
else if (what === 'set' && name) addSet(scores, await safetensors(file), name);
else throw new Error('thresholds MODEL FILE, or set MODEL FILE NAME');
await writeFile(path, JSON.stringify(scores) + '\n');
console.log(path, scores.sets.map((set) => `${set.name} ${set.n}`).join(', '));
