import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { model } from './common.mjs';

const web = fileURLToPath(new URL('../../', import.meta.url));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8' });

test('the packed package installs and runs in a project of its own, with types', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'odin-package-'));
  t.after(() => rm(folder, { recursive: true }));
  const [{ filename, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', folder], web),
  );
  assert.ok(files.every(({ path }) => /^(dist\/|package\.json|README\.md)/.test(path)));
  run('npm', ['init', '-y'], folder);
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, filename)], folder);
  await writeFile(
    join(folder, 'try.mts'),
    `import { load, type Detection } from 'odin-ood';
const odin = await load();
const model = await odin.model(${JSON.stringify(model)});
const found: Detection = await model.detect(new Float32Array(3072).fill(0.5));
console.log(found.className, found.verdict);
odin.dispose();
`,
  );
  const tsc = join(web, 'node_modules', '.bin', 'tsc');
  const options = '--strict --module nodenext --target es2022 --skipLibCheck --types'.split(' ');
  run(tsc, [...options, '', 'try.mts'], folder);
  assert.match(run('node', ['try.mjs'], folder), /^[a-z]+ (in|out)\n$/);
});

// The engine, the operations of any network with their gradients, and every score.
test('module and glue take at most 325 KB compressed', (t) => {
  for (const variant of ['scalar', 'simd', 'simd-threads', 'relaxed-threads']) {
    const sizes = ['js', 'wasm'].map(
      (end) =>
        gzipSync(readFileSync(join(web, 'dist', `odin-${variant}.${end}`)), { level: 9 }).length,
    );
    t.diagnostic(`${variant}: ${sizes[1]} + ${sizes[0]} bytes`);
    assert.ok(sizes[0] + sizes[1] <= 325_000);
  }
});
