import { basename, join } from 'node:path';
import { blockedWorker, expect, test } from './fixtures.ts';
import { paths } from './paths.ts';

test('a file that is no picture gets a message, and the page keeps working', async ({ demo }) => {
  await demo.open();
  const before = await demo.judged();
  await demo.upload({
    name: 'letter.png',
    mimeType: 'image/png',
    buffer: Buffer.from('no picture'),
  });
  await expect(demo.problem('letter.png is no picture')).toBeVisible();
  await demo.upload(join(paths.samples, 'known/truck.png'));
  expect((await demo.judgedAnew(before)).className).toBe('truck');
  await expect(demo.problem('letter.png')).toHaveCount(0);
});

test('a file that is no model gets the engine’s words, and the old model stays', async ({
  demo,
}) => {
  await demo.open();
  const before = await demo.judged();
  const input = demo.page.locator('input[type=file]:not(#upload)');
  await input.setInputFiles({
    name: 'cat.safetensors',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('this is not a model at all'),
  });
  await expect(demo.problem('cat.safetensors is no model that odin can read')).toBeVisible();
  await demo.sample('Horse');
  expect((await demo.judgedAnew(before)).className).toBe('horse');
});

test('what is wrong with a model is said beside the button that took it', async ({ demo }) => {
  await demo.open();
  await demo.judged();
  const beside = demo.page.locator('.own').getByRole('alert');
  const input = demo.page.locator('input#own-model');
  const file = (name: string, text: string) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(text),
  });
  await input.setInputFiles(file('page.safetensors', '<!doctype html><p>Not found'));
  await expect(beside).toContainText('page.safetensors is no model that odin can read');
  await input.setInputFiles(file('net.onnx', 'onnx'));
  await expect(beside).toContainText('“odin convert net.onnx model.safetensors” makes the file');
  await expect(demo.problems).toHaveCount(1);
});

test('a camera that is taken away is said beside its button', async ({ demo, page, context }) => {
  await context.grantPermissions(['camera']);
  await demo.open();
  const before = await demo.judged();
  await demo.source('Camera');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await demo.judgedAnew(before);
  await page.locator('video').evaluate((video) => {
    const stream = (video as HTMLVideoElement).srcObject as MediaStream;
    stream.getVideoTracks()[0]!.dispatchEvent(new Event('ended'));
  });
  await expect(page.locator('#source-panel').getByRole('alert')).toContainText(
    'The camera is gone',
  );
  await expect(page.getByRole('button', { name: 'Start the camera' })).toBeVisible();
});

test('a model of one’s own is used', async ({ demo }) => {
  await demo.open();
  const before = await demo.judged();
  await demo.page.locator('input[type=file]:not(#upload)').setInputFiles(paths.model);
  await expect(demo.network).toHaveValue(basename(paths.model));
  expect((await demo.judged()).odin).toBe(before.odin);
  await demo.network.selectOption('DenseNet-BC-40-12 (0.4 MB)');
  await expect(demo.page).not.toHaveURL(/model=/);
  expect((await demo.judged()).odin).toBe(before.odin);
});

test('a blocked camera gets a message that says what to do', async ({ demo, page }) => {
  await demo.open();
  await demo.judged();
  await demo.source('Camera');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await expect(demo.problem('The camera is blocked. Allow it')).toBeVisible();
  await demo.sample('Bird');
  await expect(page.getByTestId('class')).toHaveText('bird');
});

test('the camera’s pictures are judged as they come', async ({ demo, page, context }) => {
  await context.grantPermissions(['camera']);
  await demo.open();
  const before = await demo.judged();
  await demo.source('Camera');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  const first = await demo.judgedAnew(before);
  await demo.judgedAnew(first); // the test picture moves
  await page.getByRole('button', { name: 'Stop and keep this frame' }).click();
  expect(await demo.link()).toContain('picture=camera:');
});

test('a camera that is allowed after Stop stays off', async ({ demo, page, context }) => {
  await context.grantPermissions(['camera']);
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wish) =>
      new Promise((resolve) => {
        const allow = async () => {
          const given = await ask(wish);
          resolve(given);
          await new Promise((later) => setTimeout(later, 300));
          return given.getTracks().map((track) => track.readyState);
        };
        Object.assign(window, { allow });
      });
  });
  await demo.open();
  const before = await demo.judged();
  await demo.source('Camera');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await page.getByRole('button', { name: 'Stop and keep this frame' }).click();
  const states = await page.evaluate(() =>
    (window as unknown as { allow: () => Promise<string[]> }).allow(),
  );
  expect(states).toEqual(['ended']);
  await expect(page.getByRole('button', { name: 'Start the camera' })).toBeVisible();
  expect(await demo.shown()).toEqual(before);
});

test('a browser without WebAssembly gets a message and the kept results', async ({
  demo,
  page,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await demo.open();
  await expect(demo.problem('This browser cannot run the engine')).toBeVisible();
  await demo.sample('Cat');
  await expect(page.getByTestId('class')).toHaveText('cat');
});

test('a browser whose language is no language shows the whole page', async ({ demo, page }) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'language', { get: () => 'C', configurable: true }),
  );
  await demo.open();
  await demo.judged();
  await expect(page.locator('.uplot').first()).toBeVisible();
});

test('a link that makes no sense shows the page as it is by default', async ({ demo }) => {
  await demo.open('#T=cold&eps=-3&picture=upload:!!!&tab=nowhere&lang=xx&theme=plaid&direction=up');
  expect((await demo.judged()).verdict).toBe('out');
});

test.describe('without what was kept', () => {
  test.use({ serviceWorkers: 'block' });

  test('a model that does not arrive can be asked for again', async ({
    demo,
    page,
    expectedErrors,
  }) => {
    expectedErrors.push(/ERR_FAILED/, blockedWorker);
    await page.route('**/*.safetensors', (route) => route.abort());
    await demo.open();
    await expect(demo.problem('could not be loaded')).toBeVisible();
    await expect(demo.verdict).toHaveAttribute('data-kept', 'true'); // results that came along
    await page.unroute('**/*.safetensors');
    await page.getByRole('button', { name: 'Try again' }).click();
    await demo.judged();
    await expect(demo.problem('could not be loaded')).toHaveCount(0);
  });

  test('where the engine’s threads cannot start, one does the work', async ({
    demo,
    page,
    expectedErrors,
  }) => {
    expectedErrors.push(/404|no-such-thread|worker sent an error/, blockedWorker);
    await page.addInitScript(() => {
      const refused: unknown[] = ((globalThis as { refused?: unknown[] }).refused = []);
      new BroadcastChannel('threads').onmessage = ({ data }) => refused.push(data);
    });
    await page.route('**/engine/worker.js', async (route) => {
      const response = await route.fetch();
      const body = `
        globalThis.Worker = class extends Worker {
          constructor(url, options) {
            super(new URL('no-such-thread.js', url), options);
            new BroadcastChannel('threads').postMessage('refused');
          }
        };
        ${await response.text()}`;
      await route.fulfill({ response, body });
    });
    await demo.open();
    const first = await demo.judged();
    await demo.sample('Horse');
    expect((await demo.judgedAnew(first)).className).toBe('horse');
    const refused = await page.evaluate(() => (globalThis as { refused?: unknown[] }).refused);
    expect(refused).not.toHaveLength(0);
  });
});
