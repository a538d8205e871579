import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { paths } from './paths.ts';

/** Whether all of it is inside a window of this size, without scrolling. */
async function isInside(part: Locator, width: number, height: number): Promise<boolean> {
  const box = await part.boundingBox();
  return (
    box !== null &&
    box.x >= 0 &&
    box.y >= 0 &&
    box.x + box.width <= width &&
    box.y + box.height <= height
  );
}

for (const lang of ['en', 'ko'])
  test(`picture, settings, verdict and histogram stand on one screen: ${lang}`, async ({
    demo,
    page,
  }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    // The longest headline there is, and the most that is said below a verdict.
    for (const picture of ['', '&picture=sample:checkerboard']) {
      await page.goto('about:blank');
      await demo.open(`#lang=${lang}${picture}`);
      await demo.judged();
      const plot = page.locator('.dials .uplot');
      await expect(plot).toBeVisible();
      const parts = {
        picture: page.locator('#picture canvas'),
        temperature: page.locator('#temperature'),
        epsilon: page.locator('#epsilon'),
        verdict: page.getByTestId('verdict-text'),
        worth: page.getByTestId('percentile'),
        histogram: plot,
      };
      for (const [name, part] of Object.entries(parts))
        expect(await isInside(part, 1280, 720), `${name}, ${picture}`).toBe(true);
    }
  });

test('on a phone the verdict stays in view wherever the page is scrolled to', async ({
  demo,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await demo.open();
  await demo.judged();
  await expect(page.getByTestId('networks')).toBeVisible();
  const bar = page.getByTestId('verdict-bar');
  await expect(bar).toContainText('It does not belong');
  const end = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  for (let y = 0; y < end + 400; y += 400) {
    await page.evaluate((top) => scrollTo({ top, behavior: 'instant' }), y);
    expect(await isInside(bar, 390, 844), `scrolled to ${y} of ${end}`).toBe(true);
  }
});

test('the headline is a claim about the picture, and what is wrong with it comes first', async ({
  demo,
  page,
}) => {
  await demo.open();
  await demo.judged();
  await expect(demo.headline).toHaveText('This network is 98% sure that this is a bird. It isn’t.');
  await page.getByRole('button', { name: 'Checkerboard' }).click();
  await expect(demo.headline).toContainText('ODIN is wrong here');
  await expect(page.getByTestId('larger')).toContainText('DenseNet-BC-100-12 says “cat”');
  await page.getByRole('button', { name: 'Try the larger network' }).click();
  await expect(demo.network).toHaveValue('densenet-bc-100-12-cifar10');
  await expect(demo.headline).toContainText('It isn’t.');
  await expect(page.getByTestId('larger')).toHaveCount(0);
});

test('the verdict says how many pictures made like this one pass', async ({ demo, page }) => {
  await demo.open();
  const first = await demo.judged();
  const passing = page.getByTestId('passing');
  const against = page.getByLabel('Against');
  await expect(passing).toContainText('Gaussian noise');
  await expect(against).toHaveValue('Gaussian');
  await demo.upload(join(paths.samples, 'known/horse.png'));
  await demo.judgedAnew(first);
  await expect(against).toHaveValue('TinyImageNet (resize), triangle filter');
  await expect(passing).toContainText('strange photographs made as small as this pass as well');
  const share = Number(await passing.getAttribute('data-share'));
  expect(share).toBeGreaterThan(0.4);
  await expect(passing).toContainText(`${Math.round(100 * share)}%`);
  // Another set may be looked at; what the verdict says stays that of pictures like this one.
  await against.selectOption({ label: 'uniform noise' });
  await expect(passing).toHaveAttribute('data-share', String(share));
  await expect(page.getByTestId('percentile')).toContainText('% of known photographs');
});

test('a drawing and noise never stand beside the verdict of another picture', async ({
  demo,
  page,
}) => {
  await demo.open('#picture=sample:cat');
  await demo.judged();
  const name = page.locator('#picture figcaption strong');
  /** Everything that the page says at once of the picture and the network's answer, from now on. */
  await page.evaluate(() => {
    const seen: string[] = ((window as unknown as { seen: string[] }).seen = []);
    const note = () => {
      const text = (selector: string) => document.querySelector(selector)?.textContent;
      seen.push(`${text('#picture figcaption strong')}: ${text('[data-testid=class]')}`);
    };
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  for (const [source, title] of [
    ['Draw', 'Your drawing'],
    ['Noise', 'Uniform noise, seed 1'],
  ] as const) {
    await demo.source(source);
    await expect(name).toHaveText(title);
    await demo.judged();
  }
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter((text) => !text.startsWith('Cat') && text.endsWith(': cat'))).toEqual([]);
});

test('the networks’ verdicts stand in one row, of any picture when asked', async ({
  demo,
  page,
}) => {
  await demo.open();
  const before = await demo.judged();
  const row = page.getByTestId('networks');
  const large = row.getByTestId('network-densenet-bc-100-12-cifar10');
  await expect(large).toContainText('cat, 94% sure');
  await demo.upload(join(paths.samples, 'known/horse.png'));
  await demo.judgedAnew(before);
  await expect(large).toContainText('not asked yet');
  await row.getByRole('button', { name: /^Ask the others/ }).click();
  await expect(large).toContainText('horse');
  await expect(row.getByTestId('network-wrn-16-4-cifar10')).toContainText('horse');
});

test('all scores of the picture stand side by side, each with what it looks at', async ({
  demo,
  page,
}) => {
  await demo.open();
  const before = await demo.judged();
  const table = page.getByTestId('scores');
  await table.scrollIntoViewIfNeeded();
  for (const name of ['ODIN', 'Confidence', 'Energy', 'Largest logit', 'GradNorm', 'GEN']) {
    const row = table.getByRole('row', { name: new RegExp(`^${name} `) });
    await expect(row).toContainText(/\.(above|below|none)?/);
    await expect(row.getByRole('cell').nth(1)).toHaveText(/^-?\d/);
    await expect(row.getByRole('cell').nth(2)).toHaveText(/^-?\d/);
  }
  const energy = table
    .getByRole('row', { name: /^Energy/ })
    .getByRole('cell')
    .nth(1);
  const first = await energy.innerText();
  await demo.sample('Frog');
  await demo.judgedAnew(before);
  await expect(energy).not.toHaveText(first);
});
