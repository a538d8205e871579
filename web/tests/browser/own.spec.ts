import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { graphModel, onnxModel } from './own-network.ts';
import { paths } from './paths.ts';

const name = 'shapes.safetensors';

async function drop(page: Page, file: Buffer, name: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([text, name]) => {
      const data = Uint8Array.from(atob(text!), (c) => c.charCodeAt(0));
      const made = new DataTransfer();
      made.items.add(new File([data], name!));
      return made;
    },
    [file.toString('base64'), name],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** What `odin convert` makes of an ONNX file. */
function converted(onnx: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'odin-onnx-'));
  try {
    const [from, to] = [join(folder, 'net.onnx'), join(folder, 'net.safetensors')];
    writeFileSync(from, onnx);
    const labels = join(folder, 'classes.txt');
    writeFileSync(labels, 'fern\nmoss\noak\npine\n');
    const options = ['--classes', labels, '--preset', 'imagenet'];
    execFileSync(paths.program, ['convert', from, to, ...options], { stdio: 'pipe' });
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a dropped file that odin convert made of an ONNX model judges as the program does', async ({
  demo,
  page,
}) => {
  await demo.open();
  const before = await demo.judged();
  await drop(page, onnxModel(), 'net.onnx');
  await expect(demo.problem('“odin convert net.onnx model.safetensors”')).toBeVisible();
  const model = converted(onnxModel());
  await drop(page, model, 'net.safetensors');
  const judged = await demo.judgedAnew(before);
  await expect(demo.problems).toHaveCount(0);
  expect(['fern', 'moss', 'oak', 'pine']).toContain(judged.className);
  await expect(page.getByTestId('own-facts')).toContainText('48 × 48 pixels');
  await expect(demo.headline).toContainText(`“${judged.className}”`);
  // Random weights: what the program says of the same file and picture is the only truth.
  const folder = mkdtempSync(join(tmpdir(), 'odin-own-'));
  try {
    const file = join(folder, 'net.safetensors');
    writeFileSync(file, model);
    const picture = join(paths.samples, 'unknown/gaussian_noise.png');
    const said = execFileSync(paths.program, [
      'detect',
      '--json',
      '--quiet',
      '--model',
      file,
      picture,
    ]);
    const row = JSON.parse(said.toString()) as { class: string; odin: number };
    expect(judged.className).toBe(row.class);
    expect(Math.abs(judged.odin - row.odin)).toBeLessThan(5e-6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a dropped model of a graph judges, and the page says what it can do', async ({
  demo,
  page,
}) => {
  await demo.open();
  const before = await demo.judged();
  await drop(page, graphModel(), name);
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
