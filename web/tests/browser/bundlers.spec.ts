// The package in projects that bundlers build with their defaults: without a warning, and it runs, in a
// worker, with threads.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { paths } from './paths.ts';
import { folderServer, isolation } from './servers.ts';

const web = resolve(import.meta.dirname, '../..');
const model = 'densenet-bc-40-12-cifar10.safetensors';
/** What a project does: a detection, and a tensor in a worker of its own. */
const script = (options: string) => `
  import { load } from 'odin-ood';
  const odin = await load(${options});
  const model = await odin.model('${model}');
  const { className, methods } = await model.detect(new Float32Array(3072).fill(0.5), { method: 'energy' });
  const worker = new Worker(new URL('./sums.js', import.meta.url), { type: 'module' });
  const sum = await new Promise((done) => worker.onmessage = ({ data }) => done(data));
  document.title = JSON.stringify([odin.info, className, typeof methods.energy, sum]);`;
const sums = (options: string) => `
  import { load, ones } from 'odin-ood/tensor';
  load(${options}).then((info) => postMessage([info.threads, ones([3]).sum().item()]));`;

let project: string;
function makeProject(options: string) {
  project = mkdtempSync(join(tmpdir(), 'odin-bundlers-'));
  const inside = (path: string) => join(project, path);
  for (const folder of ['node_modules/odin-ood', 'public', 'src'])
    mkdirSync(inside(folder), { recursive: true });
  for (const part of ['dist', 'package.json'])
    cpSync(join(web, part), inside(`node_modules/odin-ood/${part}`), { recursive: true });
  cpSync(paths.model, inside(`public/${model}`));
  writeFileSync(inside('package.json'), '{ "name": "site", "private": true, "type": "module" }');
  writeFileSync(inside('src/main.js'), script(options));
  writeFileSync(inside('src/sums.js'), sums(options));
  writeFileSync(
    inside('index.html'),
    '<!doctype html><title>x</title><script type="module" src="/src/main.js"></script>',
  );
}
test.afterEach(() => rmSync(project, { recursive: true, force: true }));

async function expectToRun(page: Page, url: string) {
  await page.goto(url);
  await expect(page).toHaveTitle(/^\[/);
  const [info, className, energy, sum] = JSON.parse(await page.title());
  expect(info).toMatchObject({ worker: true, reason: 'the fastest build' });
  expect(className).toMatch(/^[a-z]+$/);
  expect(energy).toBe('number');
  expect(sum).toEqual([info.threads, 3]);
}

/** A logger for Vite that keeps what is no information. */
function listener() {
  const said: string[] = [];
  const keep = (text: string) => said.push(text);
  const nothing = () => {};
  const logger = {
    ...{ info: nothing, warn: keep, warnOnce: keep, error: keep, clearScreen: nothing },
    ...{ hasErrorLogged: () => false, hasWarned: false },
  };
  return { said, logger };
}
const vite = () => import(join(web, 'page/node_modules/vite/dist/node/index.js'));

test('Vite builds it', async ({ page }) => {
  makeProject('');
  const { said, logger } = listener();
  const { build } = await vite();
  await build({ root: project, configFile: false, logLevel: 'warn', customLogger: logger });
  expect(said).toEqual([]);
  const site = await folderServer(join(project, 'dist'), isolation);
  await expectToRun(page, site.url);
  await site.stop();
});

test('Vite’s development server runs it', async ({ page }) => {
  makeProject('');
  const { said, logger } = listener();
  const { createServer } = await vite();
  const server = await createServer({
    root: project,
    configFile: false,
    customLogger: logger,
    server: { host: '127.0.0.1', port: 0, headers: isolation },
  });
  await server.listen();
  try {
    await expectToRun(page, server.resolvedUrls.local[0]);
    expect(said).toEqual([]);
  } finally {
    await server.close();
  }
});

test('esbuild bundles it, with the files beside', async ({ page }) => {
  makeProject("{ baseUrl: new URL('./odin/', import.meta.url) }");
  const { build } = await import(join(web, 'node_modules/esbuild/lib/main.js'));
  const { warnings } = await build({
    absWorkingDir: project,
    entryPoints: ['src/main.js', 'src/sums.js'],
    bundle: true,
    format: 'esm',
    outdir: 'public/src',
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  cpSync(join(web, 'dist'), join(project, 'public/src/odin'), { recursive: true });
  cpSync(join(project, 'index.html'), join(project, 'public/index.html'));
  const site = await folderServer(join(project, 'public'), isolation);
  await expectToRun(page, site.url);
  await site.stop();
});
