import { expect, test } from './fixtures.ts';
import { paths } from './paths.ts';

test('the sliders change the score, live, and go back to the tuned settings', async ({ demo }) => {
  await demo.open('#picture=sample:cat');
  const tuned = await demo.judged();
  await demo.temperature.press('Home');
  await expect(demo.temperature).toHaveAttribute('aria-valuetext', '1');
  const sharp = await demo.judgedAnew(tuned);
  expect(sharp.odin).toBeGreaterThan(0.5);
  await demo.epsilon.press('Home');
  await expect(demo.epsilon).toHaveAttribute('aria-valuetext', '0.0000');
  const plain = await demo.judgedAnew(sharp);
  // At T = 1 without a step the score is the confidence.
  const sure = await demo.page.getByTestId('msp').innerText();
  expect(100 * plain.odin).toBeCloseTo(parseFloat(sure), 0);

  await demo.page.getByRole('button', { name: 'Back to the tuned settings' }).click();
  await expect(demo.page.getByTestId('odin')).toHaveAttribute('data-value', String(tuned.odin));
});

test('the step of FGSM lowers the confidence that ODIN’s raises', async ({ demo }) => {
  await demo.open('#picture=sample:cat&eps=0.004');
  const raised = await demo.judged();
  await demo.epsilon.press('Home');
  const plain = await demo.judgedAnew(raised);
  await demo.epsilon.press('End');
  await demo.judgedAnew(plain);
  await demo.page.getByRole('radio', { name: /FGSM/ }).check({ force: true });
  const lowered = await demo.judgedAnew(raised);
  expect(raised.odin).toBeGreaterThan(plain.odin);
  expect(lowered.odin).toBeLessThan(plain.odin);
  // The threshold is that of scores after ODIN's step.
  expect(lowered.verdict).toBe('unknown');
});

test('the larger network is fetched when it is chosen, and travels in the link', async ({
  demo,
  browser,
}) => {
  let fetches = 0;
  demo.page.on('request', (request) => {
    if (request.url().includes('wrn-16-4')) ++fetches;
  });
  await demo.open('#picture=sample:cat');
  const before = await demo.judged();
  expect(fetches).toBe(0);
  await demo.network.selectOption('WRN-16-4 (5.5 MB)');
  const judged = await demo.judgedAnew(before);
  expect(fetches).toBeGreaterThan(0);
  expect(judged.className).toBe('cat');
  await expect(demo.page.getByTestId('model')).toHaveText('wrn-16-4');
  const link = await demo.link();

  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await page.goto(link);
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-kept', 'false');
  await expect(page.getByTestId('odin')).toHaveAttribute('data-value', String(judged.odin));
  await expect(page.getByRole('combobox', { name: /^Network/ })).toHaveValue('wrn-16-4-cifar10');
  await page.context().close();
});

test('Back and a link in the same tab change the network that judges', async ({ demo, page }) => {
  await demo.open('#picture=sample:cat');
  const small = await demo.judged();
  await page.evaluate(() => (location.hash = '#model=wrn-16-4-cifar10&picture=sample:cat'));
  const large = await demo.judgedAnew(small);
  await expect(page.getByTestId('model')).toHaveText('wrn-16-4');
  await page.goBack();
  await expect(page.getByTestId('model')).toHaveText('densenet-bc-40-12');
  expect((await demo.judgedAnew(large)).odin).toBe(small.odin);
});

test('of two networks asked for, the one asked for last judges', async ({ demo, page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/wrn-16-4-cifar10.safetensors', async (route) => {
    await held;
    await route.continue().catch(() => undefined); // when it is no longer wanted
  });
  await demo.open('#picture=sample:cat');
  const before = await demo.judged();
  await demo.network.selectOption('WRN-16-4 (5.5 MB)');
  await page.locator('input#own-model').setInputFiles(paths.model);
  await expect(demo.network).toHaveValue('densenet-bc-40-12-cifar10.safetensors');
  expect((await demo.settled()).odin).toBe(before.odin);
  release();
  await page.waitForTimeout(500);
  await expect(page.getByTestId('model')).toHaveText('densenet-bc-40-12');
  await expect(demo.problems).toHaveCount(0);
});

test('the name at the top leads there and changes nothing', async ({ demo, page }) => {
  await demo.open('#picture=sample:cat&eps=0.002');
  const before = await demo.judged();
  await page.evaluate(() => scrollTo({ top: 400 }));
  await page.locator('a.brand').click();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  expect(await demo.settled()).toEqual(before);
});

test('a shared link shows the same view', async ({ demo, browser }) => {
  await demo.open();
  const before = await demo.judged();
  await demo.sample('Frog');
  await demo.judgedAnew(before);
  await demo.temperature.press('ArrowLeft');
  await demo.epsilon.press('End');
  await expect(demo.epsilon).toHaveAttribute('aria-valuetext', '0.0040');
  const link = await demo.link();
  const shown = await demo.judged();

  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await page.goto(link);
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-kept', 'false');
  await expect(page.getByTestId('odin')).toHaveAttribute('data-value', String(shown.odin));
  await expect(page.getByTestId('class')).toHaveText(shown.className);
  await expect(page.getByRole('slider', { name: 'Temperature T' })).toHaveAttribute(
    'aria-valuetext',
    '500',
  );
  await page.context().close();
});

test('language and theme switch, and travel in the link', async ({ demo, page }) => {
  await demo.open();
  await demo.judged();
  await page.getByRole('button', { name: /한국어/ }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  for (const heading of await page.getByRole('heading').allInnerTexts())
    expect(heading).toMatch(/[가-힣]/);
  await page.locator('button[aria-pressed].switch').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await demo.link()).toMatch(/#.*lang=ko.*theme=dark/);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await demo.judged();
});
