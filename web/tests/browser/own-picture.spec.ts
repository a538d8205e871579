import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

/** A BMP of two halves, left and right, of one colour each. */
function halves(width: number, height: number, left: number[], right: number[]): Buffer {
  const stride = Math.ceil((3 * width) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) file.set(x < width / 2 ? left : right, 54 + y * stride + 3 * x);
  return file;
}

const picture = (buffer: Buffer) => ({ name: 'wide.bmp', mimeType: 'image/bmp', buffer });

/** Mean of the picture as the network sees it, of its left and right quarter: [red, green, blue] each. */
const seenEnds = (page: import('@playwright/test').Page) =>
  page.locator('#picture canvas').evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const context = (canvas as HTMLCanvasElement).getContext('2d')!;
    return [
      context.getImageData(1, height / 2, 1, 1),
      context.getImageData(width - 2, 4, 1, 1),
    ].map(({ data }) => [...data.slice(0, 3)]);
  });

test('a wide picture keeps its shape: a square of it is judged, which can be dragged', async ({
  demo,
  page,
  expectedErrors,
}) => {
  expectedErrors.push(/willReadFrequently/); // of this test's looking at the canvas
  await demo.open();
  const before = await demo.judged();
  await demo.upload(picture(halves(300, 100, [0, 0, 255], [255, 0, 0])));
  const middle = await demo.judgedAnew(before);
  const square = page.getByRole('slider', { name: 'The square that the network sees' });
  await expect(square).toHaveAttribute('aria-valuenow', '100');
  expect(await seenEnds(page)).toEqual([
    [255, 0, 0],
    [0, 0, 255],
  ]);

  const box = (await square.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 400, box.y, { steps: 4 });
  await page.mouse.up();
  await expect(square).toHaveAttribute('aria-valuenow', '0');
  const left = await demo.judgedAnew(middle);
  expect(await seenEnds(page)).toEqual([
    [255, 0, 0],
    [255, 0, 0],
  ]);
  await square.focus();
  await square.press('ArrowRight');
  await expect(square).not.toHaveAttribute('aria-valuenow', '0');

  await page.getByRole('radio', { name: 'All of it' }).check({ force: true });
  await demo.judgedAnew(left);
  await expect(square).toHaveCount(0);
  expect(await seenEnds(page)).toEqual([
    [255, 0, 0],
    [0, 0, 255],
  ]);
});

test('tiny and huge pictures are judged, and what is none is said beside the button', async ({
  demo,
  page,
}) => {
  await demo.open();
  const before = await demo.judged();
  await demo.upload(picture(halves(1, 1, [10, 200, 30], [0, 0, 0])));
  const tiny = await demo.judgedAnew(before);
  await demo.upload(picture(halves(3000, 40, [0, 0, 0], [255, 255, 255])));
  await demo.judgedAnew(tiny);
  await demo.upload({ name: 'page.html', mimeType: 'image/png', buffer: Buffer.from('<p>') });
  await expect(page.locator('#source-panel').getByRole('alert')).toContainText(
    'page.html is no picture',
  );
  await demo.source('Samples');
  await expect(demo.problem('page.html is no picture')).toBeVisible();
});

/** A GIF of one pixel, or of several that follow one another; transparent ones have no colour but that. */
function gif(pictures: number, transparent: boolean): Buffer {
  const picture = [
    ...[0x21, 0xf9, 4, transparent ? 1 : 0, 5, 0, 0, 0],
    ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0],
  ];
  const header = [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, 10, 20, 200, 200, 20, 10];
  return Buffer.from([...header, ...Array.from({ length: pictures }, () => picture).flat(), 0x3b]);
}

test('of pictures that move or are transparent it is said beside the button what is judged', async ({
  demo,
  page,
  expectedErrors,
}) => {
  expectedErrors.push(/willReadFrequently/); // of this test's looking at the canvas
  await demo.open();
  let before = await demo.judged();
  const beside = page.locator('#source-panel').getByRole('alert');
  const upload = async (name: string, buffer: Buffer) => {
    await demo.upload({ name, mimeType: 'image/gif', buffer });
    before = await demo.judgedAnew(before);
  };
  await upload('moving.gif', gif(3, false));
  await expect(beside).toContainText('moving.gif moves: its first picture is judged');
  await expect(beside).not.toContainText('transparent');
  const [color] = await seenEnds(page);
  await upload('clear.gif', gif(1, true));
  await expect(beside).toContainText('clear.gif is transparent in places');
  await expect(beside).not.toContainText('moves');
  expect((await seenEnds(page))[0]).toEqual([255, 255, 255]);
  await upload('still.gif', gif(1, false));
  await expect(beside).toBeEmpty();
  expect((await seenEnds(page))[0]).toEqual(color);
});

test('a drawing that comes nearest is kept, makes a card, and can be shown again', async ({
  demo,
  page,
}) => {
  await demo.open();
  await demo.judged();
  const fool = page.getByTestId('fool');
  await fool.getByRole('button', { name: 'Draw' }).click();
  await expect(page.locator('#picture')).toContainText('Your drawing');
  await demo.judged();
  await expect(fool.getByTestId('best')).toHaveCount(0); // a blank pad is no attempt
  await demo.stroke([0.2, 0.7], [0.8, 0.7]);
  await demo.settled();
  await expect(fool.getByTestId('best')).toBeVisible();
  const best = Number(await fool.getByTestId('best').getAttribute('data-relative'));
  expect(best).toBeGreaterThan(0);
  await demo.sample('Frog');
  await expect(page.getByTestId('class')).toHaveText('frog');
  await page.reload();
  await expect(fool.getByTestId('best')).toHaveAttribute('data-relative', String(best));
  await fool.getByRole('button', { name: 'Show it again' }).click();
  await expect(page.locator('#picture')).toContainText('Your drawing');
  await demo.judged();

  await page.getByRole('button', { name: 'Make a card' }).click();
  const card = page.getByRole('dialog', { name: 'A card of this verdict' });
  const image = card.getByRole('img');
  await expect(image).toHaveAttribute('alt', /^This network is/);
  await expect
    .poll(() => image.evaluate((i) => [(i as HTMLImageElement).naturalWidth]))
    .toEqual([1200]);
  const download = page.waitForEvent('download');
  await card.getByRole('link', { name: 'Save it' }).click();
  expect((await download).suggestedFilename()).toBe('odin.png');
  await card.getByRole('button', { name: 'Close' }).click();
  await expect(card).toHaveCount(0);
  await fool.getByRole('button', { name: 'Forget it' }).click();
  await expect(fool.getByTestId('best')).toHaveCount(0);
});

test('a link is copied beside the verdict', async ({ demo, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await demo.open('#picture=sample:frog');
  await demo.judged();
  await demo.verdict.getByRole('button', { name: 'Copy a link' }).click();
  await expect(demo.verdict.getByText('Link copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    '#picture=sample:frog',
  );
});

test('the lesson leads through five steps, each with a link of its own', async ({ demo, page }) => {
  await demo.open('#lesson=4&picture=sample:checkerboard');
  const lesson = page.getByTestId('lesson');
  await expect(lesson).toContainText('Step 4 of 5');
  await demo.judged();
  await expect(page.getByTestId('class')).toHaveText('frog');
  await lesson.getByRole('button', { name: 'Next' }).click();
  await expect(page.locator('#picture')).toContainText('Your drawing');
  await lesson.getByRole('button', { name: 'Back' }).click();
  await lesson.getByRole('button', { name: 'Back' }).click();
  await expect(lesson.getByRole('heading')).toHaveText('The nudge');
  await expect(lesson.getByRole('heading')).toBeFocused();
  expect(await demo.link()).toContain('lesson=3');
  await lesson.getByRole('button', { name: 'Leave the lesson' }).click();
  await expect(demo.headline).toBeVisible();
});

const data = process.env['ODIN_DATA'];

test('as many strange photographs pass as the page announces', async ({ demo, page }) => {
  test.skip(!data, 'needs TinyImageNet in ODIN_DATA');
  test.setTimeout(300_000);
  const count = 100;
  const folder = join(data!, 'tiny-imagenet/test');
  const files = readdirSync(folder)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .slice(0, count)
    .map((name) => join(folder, name));
  expect(files).toHaveLength(count);
  await demo.open();
  let before = await demo.judged();
  let passed = 0;
  for (const file of files) {
    await demo.upload(file);
    before = await demo.judgedAnew(before);
    passed += before.verdict === 'in' ? 1 : 0;
  }
  const announced = Number(await page.getByTestId('passing').getAttribute('data-share'));
  // Three standard errors of a share of 100 and of one of 500 pictures.
  const error = Math.sqrt(announced * (1 - announced) * (1 / count + 1 / 500));
  expect(Math.abs(passed / count - announced)).toBeLessThan(3 * error);
  console.log(`${passed} of ${count} pass, announced ${(100 * announced).toFixed(1)}%`);
});
