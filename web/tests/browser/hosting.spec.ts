import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { blockedWorker, expect, test, watchErrors } from './fixtures.ts';
import { gatherFiles } from './gather-files.ts';
import { folderServer, type Server } from './servers.ts';

const isolated = (page: Page) => page.evaluate(() => crossOriginIsolated);

/** A page as web/docs/embedding.md has it, on an origin of its own. */
async function embedding(address: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'odin-embedding-'));
  const allow = 'camera; cross-origin-isolated';
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><title>x</title><iframe src="${address}" allow="${allow}"></iframe>`,
  );
  const server = await folderServer(folder);
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  };
  return { ...server, stop };
}

test('is isolated, by the host’s headers or by the page’s own service worker', async ({
  demo,
  page,
}) => {
  await demo.open();
  expect(await isolated(page)).toBe(true);
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
  expect(await isolated(page)).toBe(false);
  await expect(page.getByRole('main')).toContainText(/isolat/i);
  await page.goto(`${url}#tab=teach`);
  await gatherFiles(page, 12, ['ring', 'cross']);
  await page.getByRole('button', { name: 'Teach it', exact: true }).click();
  await expect(page.getByText('This page has one thread here')).toBeVisible();
  await expect(page.getByTestId('teach-result')).toBeVisible({ timeout: 60_000 });
  expect(errors.filter((text) => !blockedWorker.test(text))).toEqual([]);
  await context.close();
});

test('can be a part of a page from elsewhere', async ({ page, url, hosting }) => {
  test.skip(hosting !== 'plain', 'odin serve lets nobody frame it');
  const { url: elsewhere, stop } = await embedding(`${url}#tab=play&lang=ko`);
  await page.goto(elsewhere);
  const playground = page.frameLocator('iframe');
  await expect(playground.getByTestId('play-state')).toHaveAttribute('data-steps', /^[1-9]/, {
    timeout: 60_000,
  });
  await expect(playground.locator('html')).toHaveAttribute('lang', 'ko');
  await stop();
});
