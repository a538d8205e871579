import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

interface Result {
  finished: boolean;
  coldStart: { first: number };
  machine: { isolated: boolean };
  rows: { architecture: string; task: string; variant: string; threads: number; median: number }[];
}

const result = (page: import('@playwright/test').Page) =>
  page.evaluate(() => (window as unknown as { result?: Result }).result);

test('measures what a script asks for', async ({ demo, page }) => {
  await demo.open(
    'bench.html?auto&architectures=wrn-10-1&variants=simd,simd-threads&threads=2&repeats=3&cold=1',
  );
  await expect(page.getByRole('status').first()).toHaveText('Done.', { timeout: 50_000 });
  const report = (await result(page))!;
  expect(report.finished).toBe(true);
  expect(report.coldStart.first).toBeGreaterThan(0);
  expect(report.rows.map((r) => `${r.architecture} ${r.task} ${r.variant} ${r.threads}`)).toEqual([
    'wrn-10-1 forward simd 1',
    'wrn-10-1 odin simd 1',
    'wrn-10-1 forward simd-threads 2',
    'wrn-10-1 odin simd-threads 2',
  ]);
  for (const row of report.rows) expect(row.median).toBeGreaterThan(0);
  await expect(page.getByRole('table')).toContainText('wrn-10-1 ODIN');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' | ')}`)).toEqual([]);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy as Markdown' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('| wrn-10-1 odin |');
});

test('can be stopped', async ({ demo, page }) => {
  await demo.open('bench.html');
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByRole('status').first()).toHaveText(/^Measuring (?!cold)/);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('status').first()).toHaveText(/^Stopped/, { timeout: 30_000 });
  expect((await result(page))!.finished).toBe(false);
});
