import { expect, type Page } from '@playwright/test';
import { drawnPictures, knownShapes } from './drawn-shapes.ts';

/** Drawn classes by files, on the tab that teaches. */
export async function gatherFiles(
  page: Page,
  count: number,
  names: readonly string[] = knownShapes,
) {
  await page.getByRole('tab', { name: 'Files' }).first().click();
  for (const [i, name] of names.entries()) {
    if (i >= 2) await page.getByRole('button', { name: 'Add a class' }).click();
    await page.getByLabel(`Name of class ${i + 1}`).fill(name);
    await page.locator('input#teach-files').setInputFiles(drawnPictures(name, count, i + 1));
    const card = page.getByTestId('teach-class').nth(i);
    await expect(card).toContainText(`${count} pictures`, { timeout: 30_000 });
  }
}
