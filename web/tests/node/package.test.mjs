import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { model } from './common.mjs';

const web = fileURLToPath(new URL('../../', import.meta.url));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8' });

/** What a Markdown file of the package links to, as paths in the package. */
function linksOf(file) {
  const links = Array.from(
    readFileSync(file, 'utf8').matchAll(/\]\(([^)#\s]+)/g),
    ([, link]) => link,
  );
  const local = links.filter((link) => !/^[a-z]+:/.test(link));
  return local.map((link) => relative(web, join(dirname(file), link)));
}

test('the packed package installs and runs in a project of its own, with types', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'odin-package-'));
  t.after(() => rm(folder, { recursive: true }));
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', folder], web),
  );
  const paths = files.map(({ path }) => path);
  assert.ok(
    paths.every((path) =>
      /^(dist|docs|examples|weights)\/|^(package\.json|README\.md|LICENSE)$/.test(path),
    ),
  );
  for (const path of [
    'LICENSE',
    'README.md',
    'dist/tensor/index.js',
    'dist/tensor/index.d.ts',
    'docs/tensor.md',
    'weights/densenet-bc-40-12-cifar10.safetensors',
  ])
    assert.ok(paths.includes(path), path);
  for (const path of paths.filter((name) => name.endsWith('.md')))
    for (const link of linksOf(join(web, path)))
      assert.ok(
        paths.some((other) => other === link || other.startsWith(`${link}/`)),
        `${path}: ${link}`,
      );
  run('npm', ['init', '-y'], folder);
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, filename)], folder);
  await writeFile(
    join(folder, 'try.mts'),
    `import { load, type Detection } from 'odin-ood';
import * as tensors from 'odin-ood/tensor';
const odin = await load();
const model = await odin.model(${JSON.stringify(model)});
const found: Detection = await model.detect(new Float32Array(3072).fill(0.5));
console.log(found.className, found.verdict);
odin.dispose();
await tensors.load();
const x: tensors.Tensor = tensors.variable([[1, 2], [3, 4]], { name: 'x' });
const layer = new tensors.nn.Linear(2, 1);
const shape: readonly number[] = layer.forward(x).shape;
if (shape.length === 2) x.mean(0, { keepdim: true }).sum().backward();
console.log((x.grad as tensors.Tensor).toArray());
`,
  );
  const tsc = join(web, 'node_modules', '.bin', 'tsc');
  // Without the DOM library: Node.js has what the types name.
  const options = '--strict --module nodenext --target es2022 --lib es2023'.split(' ');
  const types = ['--typeRoots', join(web, 'node_modules', '@types'), '--types', 'node'];
  run(tsc, [...options, ...types, 'try.mts'], folder);
  assert.match(
    run('node', ['try.mjs'], folder),
    /^[a-z]+ (in|out)\n\[ \[ 0.5, 0.5 \], \[ 0.5, 0.5 \] \]\n$/,
  );
});

test('module and glue take at most 250 KB compressed to detect, and 400 KB in full', (t) => {
  for (const variant of ['scalar', 'simd', 'simd-threads', 'relaxed-threads'])
    for (const [name, most] of [
      [variant, 250_000],
      [`full-${variant}`, 400_000],
    ]) {
      const sizes = ['js', 'wasm'].map(
        (end) =>
          gzipSync(readFileSync(join(web, 'dist', `odin-${name}.${end}`)), { level: 9 }).length,
      );
      t.diagnostic(`${name}: ${sizes[1]} + ${sizes[0]} bytes`);
      assert.ok(sizes[0] + sizes[1] <= most, name);
    }
});
