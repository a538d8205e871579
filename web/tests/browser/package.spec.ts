// The package on pages of others: from a second origin, as from a CDN; under content security policies;
// with pictures as pages have them.

import { resolve } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { folderServer, isolation, type Server } from './servers.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const shared = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

const root = resolve(import.meta.dirname, '../../..');
let servers: Server[];
let site: string;
let cdn: string;
let plain: string;
test.beforeAll(async () => {
  servers = await Promise.all([
    folderServer(root, isolation),
    folderServer(dist, shared),
    folderServer(root),
  ]);
  [site, cdn, plain] = servers.map(({ url }) => url) as [string, string, string];
});
test.afterAll(() => Promise.all(servers.map(({ stop }) => stop())));

const model = 'weights/densenet-bc-40-12-cifar10.safetensors';

/** Runs a body with `odin`, `model` and `sample` (a picture's address), and gives what it returns. */
async function run<T>(page: Page, code: string, given: object = {}): Promise<T> {
  const body = `
    const { load } = await import(given.engine);
    const odin = await load({ threads: 2 });
    const model = await odin.model(given.model);
    const file = await (await fetch(given.sample)).blob();
    const result = await (async () => { ${code} })();
    odin.dispose();
    return result;`;
  const all = { engine: `${site}web/dist/odin.js`, model, sample: 'native/samples/known/ship.png' };
  return (await page.evaluate(
    ([text, values]) =>
      (Object.getPrototypeOf(async function () {}).constructor as FunctionConstructor)(
        'given',
        text,
      )(values) as Promise<unknown>,
    [body, { ...all, ...given }] as const,
  )) as T;
}

test('from another origin it runs in a worker, with threads', async ({ page }) => {
  await page.goto(site);
  const code = 'return [odin.info, await model.detect(file)];';
  const [info, found] = await run<[Record<string, unknown>, Record<string, unknown>]>(page, code, {
    engine: `${cdn}odin.js`,
  });
  expect(info).toMatchObject({ worker: true, threads: 2, reason: 'the fastest build' });
  expect(found).toMatchObject({ className: 'ship', verdict: 'in' });
});

test('from another origin without isolation it runs in a worker, on one thread', async ({
  page,
}) => {
  await page.goto(plain);
  const info = await run<Record<string, unknown>>(page, 'return odin.info;', {
    engine: `${cdn}odin.js`,
  });
  expect(info).toMatchObject({ worker: true, threads: 1 });
  expect(info['reason']).toContain('cross-origin isolation');
});

/** What the code, in a worker of the page's own, posts. */
const inWorker = (page: Page, code: string) =>
  page.evaluate((text) => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    const worker = new Worker(url, { type: 'module' });
    return new Promise((done) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = ({ message }) => done(message);
    });
  }, code);

test('tensors from another origin, in a worker of the page’s own', async ({ page }) => {
  await page.goto(site);
  const code = `
    import * as t from '${cdn}tensor/index.js';
    const info = await t.load({ threads: 2 });
    postMessage([info.threads, t.ones([3]).sum().item()]);`;
  expect(await inWorker(page, code)).toEqual([2, 3]);
});

test('when load() of tensors is through, its threads run, though the worker never rests again', async ({
  page,
}) => {
  await page.goto(site);
  const code = `
    let begun = 0;
    const Native = Worker;
    globalThis.Worker = class extends Native {
      constructor(...given) {
        super(...given);
        this.addEventListener('message', () => ++begun, { once: true });
      }
    };
    const t = await import('${site}web/dist/tensor/index.js');
    const { threads } = await t.load({ threads: 2 });
    postMessage([threads, begun]);`;
  expect(await inWorker(page, code)).toEqual([2, 1]);
});

test('a policy without wasm-unsafe-eval is said once, by its directive', async ({ page }) => {
  const policy = "script-src 'self' 'unsafe-inline'; worker-src 'self'";
  // The worker has the policy of its own response, the page's is for where no worker can be had.
  await page.route('**/web/dist/*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      headers: { ...response.headers(), 'Content-Security-Policy': policy },
    });
  });
  await page.goto(`${site}?policy=${encodeURIComponent(policy)}`);
  const message = await page.evaluate(async (address) => {
    const { load } = await import(address);
    return load().then(String, (error: Error) => error.message);
  }, `${site}web/dist/odin.js`);
  expect(message).toMatch(/content security policy .* script-src .* 'wasm-unsafe-eval'/);
  expect(message.match(/wasm-unsafe-eval/g)).toHaveLength(1);
  const allowed = policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'");
  await page.unroute('**/web/dist/*.js');
  await page.goto(`${site}?policy=${encodeURIComponent(allowed)}`);
  const version = await page.evaluate(async (address) => {
    const { load } = await import(address);
    return load().then(({ info }: { info: { version: string } }) => info.version, String);
  }, `${site}web/dist/odin.js`);
  expect(version).toMatch(/^\d+\.\d+/);
});

test('pictures as pages have them are the same picture', async ({ page }) => {
  await page.goto(site);
  const found = await run<{ same: Record<string, number>; video: number[]; open: boolean }>(
    page,
    `
    const bitmap = await createImageBitmap(file);
    const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 });
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const offscreen = new OffscreenCanvas(32, 32);
    offscreen.getContext('2d').drawImage(bitmap, 0, 0);
    const image = Object.assign(new Image(), { src: given.sample });
    const imageData = canvas.getContext('2d').getImageData(0, 0, 32, 32);
    const expected = await model.detect(imageData);
    const all = { file, named: new File([file], 'a.png'), bitmap, canvas, offscreen, image, imageData };
    const same = {};
    for (const [name, picture] of Object.entries(all)) {
      const { input, odin } = await model.detect(picture);
      same[name] = Math.max(Math.abs(odin - expected.odin),
        ...input.map((v, i) => Math.abs(v - expected.input[i])));
    }
    const many = await model.detect(Object.values(all));
    same.many = Math.max(...many.map(({ odin }) => Math.abs(odin - expected.odin)));
    // A bitmap stays its owner's.
    return { same, open: bitmap.width === 32 };`,
  );
  for (const [name, difference] of Object.entries(found.same))
    expect(difference, name).toBeLessThan(name === 'many' ? 1e-7 : 1e-12);
  expect(found.open).toBe(true);
});

test('photographs are turned by their EXIF orientation, put on white, cropped and squashed', async ({
  page,
}) => {
  await page.goto(site);
  const found = await run<Record<string, number[] | string>>(
    page,
    `
    // The left third red, the rest blue; 96x48, so that the middle square is blue alone.
    const canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 48 });
    const context = canvas.getContext('2d');
    context.fillStyle = '#00f'; context.fillRect(0, 0, 96, 48);
    context.fillStyle = '#f00'; context.fillRect(0, 0, 24, 48);
    const jpeg = new Uint8Array(await (await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.95))).arrayBuffer());
    // EXIF: orientation 6, to be turned by 90 degrees to the right.
    const exif = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8,
      0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    const turned = new Blob([jpeg.slice(0, 2), new Uint8Array(exif), jpeg.slice(2)], { type: 'image/jpeg' });
    const red = async (picture, options) => {
      const { input } = await model.detect(picture, options);
      const at = (x, y) => Math.round(10 * input[32 * y + x]) / 10;
      return [at(2, 16), at(29, 16), at(16, 2), at(16, 29)]; // left, right, top, bottom
    };
    const clear = new OffscreenCanvas(40, 40);
    clear.getContext('2d').clearRect(0, 0, 40, 40);
    const fail = (picture) => model.detect(picture).then(() => '', (e) => e.message);
    const broken = new Image();
    broken.src = 'data:image/png;base64,AAAA';
    return {
      squash: await red(canvas, { fit: 'squash' }),
      usual: await red(canvas),
      crop: await red(canvas, { fit: 'crop' }),
      turned: await red(turned),
      clear: await red(clear),
      noPicture: await fail(new File(['text'], 'notes.png', { type: 'image/png' })),
      noImage: await fail(broken),
      noVideo: await fail(document.createElement('video')),
    };`,
  );
  expect(found).toMatchObject({
    squash: [1, 0, 0, 0],
    usual: [1, 0, 0, 0],
    crop: [0, 0, 0, 0],
    turned: [0, 0, 1, 0],
    clear: [1, 1, 1, 1],
  });
  expect(found['noPicture']).toMatch(/'notes\.png', 4 bytes \(image\/png\), is no picture/);
  expect(found['noImage']).toMatch(/the <img> has no picture/);
  expect(found['noVideo']).toMatch(/loadeddata/);
});

test('a model’s address that gives a page says so', async ({ page }) => {
  await page.goto(site);
  await page.route('**/models/lost.safetensors', (route) =>
    route.fulfill({ body: '<!doctype html><title>Home</title>', contentType: 'text/html' }),
  );
  const message = await run<string>(
    page,
    "return odin.model('models/lost.safetensors').then(String, (e) => e.message);",
  );
  expect(message).toMatch(/'lost\.safetensors': .* got an HTML page: is the address right\?/);
});

test('a batch has the scores of its pictures one after another', async ({ page }) => {
  await page.goto(site);
  const [together, single, times] = await run<[number[], number[], [number, number]]>(
    page,
    `
    const pictures = Array.from({ length: 24 }, (_, i) => Float32Array.from({ length: 3072 },
      (_, j) => (Math.sin(i * 7919 + j * 104729) + 1) / 2));
    await model.detect(pictures);
    const start = performance.now();
    const together = await model.detect(pictures);
    const middle = performance.now();
    const single = [];
    for (const picture of pictures) single.push(await model.detect(picture));
    const scores = (found) => found.map(({ odin }) => odin);
    return [scores(together), scores(single), [middle - start, performance.now() - middle]];`,
  );
  expect(together).toHaveLength(24);
  for (const [i, score] of together.entries()) expect(score).toBeCloseTo(single[i]!, 5);
  console.log(`a batch of 24: ${(times[0] / times[1]).toFixed(2)} of the time`);
});

test('the examples for pages run as they stand', async ({ page, context }) => {
  const web = await folderServer(resolve(root, 'web'));
  const verdict = page.getByRole('status');
  await page.goto(`${web.url}examples/upload.html`);
  await expect(verdict).toContainText('It knows airplane');
  const upload = async (path: string) =>
    page.getByLabel('A picture').setInputFiles(resolve(root, path));
  await upload('native/samples/known/ship.png');
  await expect(verdict).toHaveText(/^ship \(\d+% sure\): it belongs\.$/);
  await upload('native/samples/unknown/gaussian_noise.png');
  await expect(verdict).toHaveText(/^None of these, though the network is \d+% sure of [a-z]+\.$/);
  await upload('README.md');
  await expect(verdict).toHaveText(/README\.md.* is no picture/);

  await context.grantPermissions(['camera']);
  await page.goto(`${web.url}examples/camera.html`);
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await expect(verdict).toHaveText(/^[a-z]+, \d+%$|^none of these \([a-z]+, \d+%\)$/);
  await context.clearPermissions();
  await page.reload();
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await expect(verdict).toHaveText(/^No camera: ./);
  await web.stop();
});
