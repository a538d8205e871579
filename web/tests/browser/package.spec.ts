// The package on pages of others: from a second origin, as from a CDN; under content security policies;
// with pictures as pages have them.

import { createReadStream, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve } from 'node:path';
import { expect, test, type Page } from '@playwright/test';

const dist = resolve(import.meta.dirname, '../../dist');
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
};
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const shared = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

async function serve(folder: string, headers: Record<string, string>): Promise<[Server, string]> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://x').pathname));
    const policy = new URL(request.url!, 'http://x').searchParams.get('policy');
    const own = policy ? { ...headers, 'Content-Security-Policy': policy } : headers;
    if (path === '/')
      return response
        .writeHead(200, { ...own, 'Content-Type': 'text/html' })
        .end('<title>x</title>');
    const file = join(folder, path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
      return response.writeHead(404).end('<!doctype html><title>404</title>');
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'Content-Type': type });
    return createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`];
}

const root = resolve(import.meta.dirname, '../../..');
let servers: Server[];
let site: string;
let cdn: string;
let plain: string;
test.beforeAll(async () => {
  const made = [await serve(root, isolation), await serve(dist, shared), await serve(root, {})];
  servers = made.map(([server]) => server);
  [site, cdn, plain] = made.map(([, url]) => url) as [string, string, string];
});
test.afterAll(() => servers.forEach((server) => server.close()));

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

test('tensors from another origin, in a worker of the page’s own', async ({ page }) => {
  await page.goto(site);
  const found = await page.evaluate(async (address) => {
    const code = `
      import * as t from '${address}';
      const info = await t.load({ threads: 2 });
      postMessage([info.threads, t.ones([3]).sum().item()]);`;
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const worker = new Worker(url, { type: 'module' });
    return new Promise((done) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = ({ message }) => done(message);
    });
  }, `${cdn}tensor/index.js`);
  expect(found).toEqual([2, 3]);
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

test('a batch is judged in less time than its pictures one after another', async ({ page }) => {
  await page.goto(site);
  const ratio = await run<number>(
    page,
    `
    const pictures = Array.from({ length: 24 }, (_, i) => Float32Array.from({ length: 3072 },
      (_, j) => (Math.sin(i * 7919 + j * 104729) + 1) / 2));
    await model.detect(pictures);
    const times = [[], []];
    for (let round = 0; round < 5; ++round) {
      let start = performance.now();
      await model.detect(pictures);
      times[0].push(performance.now() - start);
      start = performance.now();
      for (const picture of pictures) await model.detect(picture);
      times[1].push(performance.now() - start);
    }
    return Math.min(...times[0]) / Math.min(...times[1]);`,
  );
  expect(ratio).toBeGreaterThan(0);
  console.log(`a batch of 24: ${ratio.toFixed(2)} of the time`);
});
