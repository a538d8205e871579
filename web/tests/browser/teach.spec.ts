import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { blockedWorker, expect, test } from './fixtures.ts';
import { drawnPictures, knownShapes, unknownShapes } from './drawn-shapes.ts';
import { gatherFiles } from './gather-files.ts';

async function teach(page: Page): Promise<{ accuracy: number; seconds: number }> {
  await page.getByRole('button', { name: /^Teach it( again)?$/ }).click();
  const result = page.getByTestId('teach-result');
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0, { timeout: 120_000 });
  await expect(result).toBeVisible();
  return {
    accuracy: Number(await result.getAttribute('data-accuracy')),
    seconds: Number(await result.getAttribute('data-seconds')),
  };
}

/** Judges a file in the third section. */
async function judge(page: Page, picture: { name: string; mimeType: string; buffer: Buffer }) {
  const verdict = page.getByTestId('teach-verdict');
  const before = (await verdict.count()) > 0 ? await verdict.getAttribute('data-score') : null;
  await page.locator('input#teach-try-file').setInputFiles(picture);
  if (before === null) await expect(verdict).toBeVisible();
  else await expect(verdict).not.toHaveAttribute('data-score', before);
  return {
    verdict: await verdict.getAttribute('data-verdict'),
    className: await verdict.getAttribute('data-class'),
  };
}

const tryFiles = async (page: Page) => page.locator('#teach-try-files').click();

test('three drawn classes of 50 pictures are learned, and others rejected', async ({
  demo,
  page,
}) => {
  test.setTimeout(300_000);
  await demo.open('#tab=teach');
  await gatherFiles(page, 50);
  const start = Date.now();
  const { accuracy, seconds } = await teach(page);
  const press = (Date.now() - start) / 1000;
  await tryFiles(page);
  let rejected = 0;
  const unknown = unknownShapes.flatMap((name) => drawnPictures(name, 4, 77));
  for (const picture of unknown) rejected += Number((await judge(page, picture)).verdict === 'out');
  let right = 0;
  let known = 0;
  const others = knownShapes.flatMap((name) => drawnPictures(name, 7, 99));
  for (const [i, picture] of others.entries()) {
    const found = await judge(page, picture);
    right += Number(found.className === knownShapes[Math.floor(i / 7)]);
    known += Number(found.verdict === 'in');
  }
  console.log(
    `taught in ${seconds.toFixed(1)} s (${press.toFixed(1)} s from press to verdict), held out ` +
      `${(100 * accuracy).toFixed(0)}%; ${rejected} of ${unknown.length} unknown rejected, ` +
      `${right} of ${others.length} others right, ${known} known`,
  );
  expect(accuracy).toBeGreaterThanOrEqual(0.9);
  expect(rejected / unknown.length).toBeGreaterThanOrEqual(0.8);
  expect(right / others.length).toBeGreaterThanOrEqual(0.9);
  expect(known / others.length).toBeGreaterThanOrEqual(0.7);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  // The file is a model: this page opens it anew, and the first tab judges by it.
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  const path = join(test.info().outputDir, (await download).suggestedFilename());
  await (await download).saveAs(path);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: 'Start anew' }).click();
  await expect(page.getByText('Teach it first.')).toBeVisible();
  await page.locator('input#teach-open').setInputFiles(path);
  await tryFiles(page);
  expect((await judge(page, drawnPictures('ring', 1, 5)[0]!)).className).toBe('ring');
  expect((await judge(page, drawnPictures('face', 1, 5)[0]!)).verdict).toBe('out');
  await page.getByRole('tab', { name: 'Try it' }).click();
  await demo.judged();
  await page.locator('input#own-model').setInputFiles(path);
  await expect(demo.network).toHaveValue(/ring-cross-house\.safetensors/);
  const before = await demo.judged();
  await demo.upload(drawnPictures('cross', 1, 5)[0]!);
  expect((await demo.judgedAnew(before)).className).toBe('cross');
});

test('what is too little is said, and a folder is no class of its own', async ({ demo, page }) => {
  await demo.open('#tab=teach');
  const button = page.getByRole('button', { name: 'Teach it', exact: true });
  await expect(page.getByText('Two classes at least are needed')).toBeVisible();
  await expect(button).toBeDisabled();
  await gatherFiles(page, 5, ['ring', 'cross']);
  await expect(page.getByText('“ring” has 5 pictures: 6 at least')).toBeVisible();
  await expect(button).toBeDisabled();
  await page.locator('input#teach-files').setInputFiles(drawnPictures('cross', 3, 9));
  await page.getByRole('radio', { name: 'Pictures of “ring”' }).check();
  await page
    .locator('input#teach-files')
    .setInputFiles([
      ...drawnPictures('ring', 2, 8),
      { name: 'letter.png', mimeType: 'image/png', buffer: Buffer.from('no picture') },
    ]);
  await expect(page.getByText('letter.png: no picture that this browser can read')).toBeVisible();
  await expect(page.getByText('“ring” has 7 pictures. It works')).toBeVisible();
  await expect(button).toBeEnabled();
  // One picture away again.
  await page.getByRole('button', { name: 'Remove picture 7 of ring' }).click();
  await expect(page.getByTestId('teach-class').first()).toContainText('6 pictures');
});

test('classes that are the same are told to be', async ({ demo, page }) => {
  test.setTimeout(180_000);
  await demo.open('#tab=teach');
  await gatherFiles(page, 25, ['one', 'two']);
  await teach(page);
  await expect(page.getByText('can hardly be told apart')).toBeVisible();
});

test('a training goes on where the closed tab left it', async ({ demo, page }) => {
  test.setTimeout(240_000);
  await demo.open('#tab=teach');
  await gatherFiles(page, 20, ['ring', 'cross']);
  await page.getByRole('button', { name: 'Teach it', exact: true }).click();
  await expect(page.getByText('Looking at the pictures')).toBeVisible();
  await page.waitForTimeout(300);
  await page.reload();
  await expect(page.getByText('The tab was closed in the middle')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId('teach-result')).toBeVisible({ timeout: 120_000 });
  await expect(page.getByTestId('teach-class').first()).toContainText('20 pictures');
  // What was taught is there after another visit.
  await page.reload();
  await expect(page.getByTestId('teach-result')).toBeVisible({ timeout: 30_000 });
});

test('by the camera and by drawing, with a verdict on what the camera sees', async ({
  demo,
  page,
  context,
}) => {
  test.setTimeout(300_000);
  await context.grantPermissions(['camera']);
  await demo.open('#tab=teach');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  const hold = page.getByRole('button', { name: 'Hold to record' });
  await hold.focus();
  await page.keyboard.down(' ');
  const first = page.getByTestId('teach-class').first();
  await expect(first).toContainText(/[2-9]\d pictures/, { timeout: 30_000 });
  await page.keyboard.up(' ');

  await page.getByRole('radio', { name: 'Pictures of “Second”' }).check();
  await page.locator('#teach-source-drawing').click();
  for (let i = 0; i < 8; ++i) {
    await demo.stroke([0.2, 0.2 + 0.02 * i], [0.8, 0.8 - 0.02 * i]);
    await demo.stroke([0.8, 0.2], [0.2, 0.75 + 0.02 * i]);
    await page.getByRole('button', { name: 'Add this drawing' }).click();
  }
  await expect(page.getByTestId('teach-class').nth(1)).toContainText('8 pictures');
  const { accuracy } = await teach(page);
  expect(accuracy).toBeGreaterThanOrEqual(0.9);
  await page.locator('.teach-judge').getByRole('button', { name: 'Start the camera' }).click();
  const verdict = page.getByTestId('teach-verdict');
  await expect(verdict).toHaveAttribute('data-class', 'First', { timeout: 30_000 });
});

test('pictures that are dropped go to the class that is chosen', async ({ demo, page }) => {
  await demo.open('#tab=teach');
  await expect(page.getByRole('button', { name: 'Add a class' })).toBeEnabled({ timeout: 30_000 });
  await page.getByRole('radio', { name: 'Pictures of “Second”' }).check();
  const files = drawnPictures('ring', 3, 2).map(({ name, buffer }) => [name, [...buffer]] as const);
  await page.evaluate((given) => {
    const dataTransfer = new DataTransfer();
    for (const [name, bytes] of given)
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
    document.body.dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }),
    );
  }, files);
  await expect(page.getByTestId('teach-class').nth(1)).toContainText('3 pictures');
});

test('goes on without the network after a visit of this tab', async ({ demo, page, context }) => {
  await demo.open();
  await demo.kept();
  await demo.open('#tab=teach');
  await page.reload();
  const add = page.getByRole('button', { name: 'Add a class' });
  await expect(add).toBeEnabled({ timeout: 30_000 });
  await context.setOffline(true);
  await page.reload();
  await expect(add).toBeEnabled({ timeout: 30_000 });
  await context.setOffline(false);
});

test('a camera that is refused, and a full storage, are said; the page goes on', async ({
  demo,
  page,
}) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await demo.open('#tab=teach');
  await page.getByRole('button', { name: 'Start the camera' }).click();
  await expect(page.getByText('The camera is blocked. Allow it')).toBeVisible();
  await gatherFiles(page, 6, ['ring', 'cross']);
  await expect(page.getByText('The browser’s storage is full')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Teach it', exact: true })).toBeEnabled();
});

test.describe('without what was kept', () => {
  test.use({ serviceWorkers: 'block' });

  test('an engine that cannot be fetched can be asked for again', async ({
    demo,
    page,
    expectedErrors,
  }) => {
    expectedErrors.push(/ERR_FAILED/, blockedWorker);
    await page.route('**/engine/tensor/index.js', (route) => route.abort());
    await demo.open('#tab=teach');
    await expect(page.getByText('The engine could not be started')).toBeVisible();
    await page.unroute('**/engine/tensor/index.js');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('button', { name: 'Add a class' })).toBeEnabled({
      timeout: 30_000,
    });
    await expect(page.getByText('The engine could not be started')).toHaveCount(0);
  });
});

test('a file that was not saved here is refused', async ({ demo, page }) => {
  await demo.open('#tab=teach');
  await expect(page.getByRole('button', { name: 'Add a class' })).toBeEnabled({ timeout: 30_000 });
  const file = (name: string, text: string) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(text),
  });
  await page.locator('input#teach-open').setInputFiles(file('a.safetensors', 'no model'));
  await expect(page.getByText('This file was not saved here')).toBeVisible();
});
