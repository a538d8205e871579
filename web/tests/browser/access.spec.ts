import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { paths } from './paths.ts';

for (const tab of ['try', 'how', 'teach', 'play'])
  for (const theme of ['light', 'dark'])
    for (const lang of ['en', 'ko'])
      test(`axe finds nothing: ${tab}, ${theme}, ${lang}`, async ({ demo, page }) => {
        await demo.open(`#tab=${tab}&theme=${theme}&lang=${lang}`);
        if (tab === 'try') await demo.judged();
        else if (tab !== 'play')
          await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
        else await expect(page.locator('[data-testid=play-state][data-steps="0"]')).toHaveCount(0);
        await page.waitForTimeout(500); // transitions
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' | ')}`);
        expect(found).toEqual([]);
      });

test('axe finds nothing: the lesson, an upload and its card', async ({ demo, page }) => {
  await demo.open('#lesson=4&picture=sample:checkerboard');
  const before = await demo.judged();
  await demo.upload(join(paths.samples, '../../web/page/public/og.png'));
  await demo.judgedAnew(before);
  await page.waitForTimeout(300);
  const found = async () => (await new AxeBuilder({ page }).analyze()).violations.map((v) => v.id);
  expect(await found()).toEqual([]);
  await page.getByRole('button', { name: 'Make a card' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await found()).toEqual([]);
});

test('everything can be reached and done by keyboard alone', async ({ demo, page }) => {
  await demo.open();
  const before = await demo.judged();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('title') ?? '');
  for (let i = 0; (await focused()) !== 'Frog'; ++i) {
    expect(i, 'presses of Tab to a sample').toBeLessThan(40);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  const frog = await demo.judgedAnew(before);
  expect(frog.className).toBe('frog');

  const isTemperature = () => page.evaluate(() => document.activeElement?.id === 'temperature');
  for (let i = 0; !(await isTemperature()); ++i) {
    expect(i, 'presses of Tab to the slider').toBeLessThan(40);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('ArrowLeft');
  await demo.judgedAnew(frog);

  // Tabs are one stop, with arrow keys between them.
  await page.getByRole('tab', { name: 'Samples' }).focus();
  for (let i = 0; i < 3; ++i) await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Draw' })).toBeFocused();
  await page.keyboard.press('Tab');
  const drawn = await demo.shown();
  for (const key of [' ', 'ArrowRight', ' ', 'ArrowDown', ' ']) await page.keyboard.press(key);
  await demo.judgedAnew(drawn);
});

test('fits a phone', async ({ browser, url }) => {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  for (const fragment of [
    '',
    '#tab=how',
    '#tab=teach',
    '#tab=play',
    '#tab=teach&lang=ko',
    '#tab=play&lang=ko',
    '#lang=ko',
  ]) {
    await page.goto('about:blank');
    await page.goto(url + fragment);
    await expect(page.getByRole('heading').first()).toBeVisible();
    await page.waitForTimeout(500);
    // Not against innerWidth, which grows with the content on phones.
    const content = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(content, `width of ${fragment}`).toBeLessThanOrEqual(360);
  }
  await context.close();
});
