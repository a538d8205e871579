import { expect, test, watchErrors } from './fixtures.ts';

const threads = (page: import('@playwright/test').Page) =>
  page.evaluate(() => (crossOriginIsolated ? 'isolated' : 'alone'));

test('is isolated, by the host’s headers or by the page’s own service worker', async ({
  demo,
  page,
  hosting,
}) => {
  await demo.open();
  await demo.judged();
  if (hosting === 'plain')
    await page.waitForFunction(() => crossOriginIsolated, undefined, { timeout: 15_000 });
  expect(await threads(page)).toBe('isolated');
  await demo.judged();
  await expect(page.getByRole('main')).toContainText(/threads/i);
});

test('goes on without the network after the first visit', async ({ demo, page, context }) => {
  await demo.open();
  await demo.kept();
  await page.reload();
  const online = await demo.judged();
  await context.setOffline(true);
  await page.reload();
  const offline = await demo.judged();
  expect(offline).toEqual(online);
  await demo.sample('Deer');
  await demo.judgedAnew(offline);
  await page.getByRole('tab', { name: 'How it works' }).click();
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  await context.setOffline(false);
});

test('runs on one thread where isolation cannot be had', async ({ browser, url, hosting }) => {
  test.skip(hosting !== 'plain', 'a host without headers');
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  const page = await context.newPage();
  const errors: string[] = [];
  watchErrors(page, errors);
  await page.goto(url);
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-kept', 'false');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-verdict', 'out');
  expect(await threads(page)).toBe('alone');
  await expect(page.getByRole('main')).toContainText(/isolat/i);
  expect(errors).toEqual([]);
  await context.close();
});
