import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { graphModel } from './own-network.ts';
import { paths } from './paths.ts';

const name = 'shapes.safetensors';

test('a dropped model of a graph judges, and the page says what it can do', async ({
  demo,
  page,
}) => {
  await demo.open();
  const before = await demo.judged();
  const transfer = await page.evaluateHandle(
    ([text, name]) => {
      const data = Uint8Array.from(atob(text!), (c) => c.charCodeAt(0));
      const made = new DataTransfer();
      made.items.add(new File([data], name!));
      return made;
    },
    [graphModel().toString('base64'), name],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  const judged = await demo.judgedAnew(before);
  expect(judged.verdict).toBe('unknown');
  expect(judged.odin).toBeGreaterThan(0.25 - 1e-6);
  await expect(page.getByTestId('model')).toHaveText('graph');
  const facts = page.getByTestId('own-facts');
  await expect(facts).toContainText(`What ${name} can do here`);
  await expect(facts).toContainText('64 × 64 pixels: the shorter side becomes 72');
  await expect(facts).toContainText('4 classes, which its file gives no names');
  await expect(facts).toContainText('no threshold');
  await expect(facts).toContainText('no mean of the pixels');

  // A picture as large as the network sees it, not as small as the shipped ones do.
  await demo.upload(join(paths.samples, 'known/ship.png'));
  await demo.judgedAnew(judged);
  const figure = page.locator('figure#picture');
  await expect(figure).toContainText('64 × 64 pixels');
  const canvas = figure.locator('canvas');
  expect(await canvas.evaluate((c) => [(c as HTMLCanvasElement).width])).toEqual([64]);
  await page.screenshot({ path: join(paths.screenshots, 'own-network.png'), fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: join(paths.screenshots, 'own-network-phone.png'), fullPage: true });

  await page.getByRole('tab', { name: 'How it works' }).click();
  await expect(page.getByRole('region', { name: 'Look inside' })).toContainText(/\d+ operations/);
  await page.getByRole('tab', { name: 'Try it' }).click();
  await demo.network.selectOption('DenseNet-BC-40-12 (0.4 MB)');
  await expect(facts).toHaveCount(0);
});
