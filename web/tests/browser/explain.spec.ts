import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { paths } from './paths.ts';

const section = (page: Page, name: string) => page.getByRole('region', { name });
const tape = (page: Page) => section(page, 'Look inside');
const sandbox = (page: Page) => section(page, 'Take a tape apart');

/** The first shipped model's. */
function defaultThreshold(): number {
  const { models } = JSON.parse(readFileSync(paths.manifest, 'utf8')) as {
    models: [{ odin: { threshold: number } }];
  };
  return models[0].odin.threshold;
}

test('shows the tape of the picture, forward and back', async ({ demo, page }) => {
  await demo.open('#tab=how');
  await expect(tape(page)).toContainText('145 operations for “Gaussian noise”');
  const position = page.getByRole('slider', { name: 'Position on the tape' });
  const status = tape(page).locator('.ex-status');
  await expect(status).toHaveText('Forward: values, operation 1 of 145: normalized picture');

  await page.getByLabel('Stride').selectOption('operation');
  const player = page.getByRole('group', { name: 'Walk along the tape' });
  await player.getByRole('button', { name: 'Step on' }).click();
  await expect(status).toHaveText('Forward: values, operation 2 of 145: convolution, conv1');
  await position.press('End');
  await expect(status).toHaveText('Backward: gradients, operation 1 of 145: normalized picture');
  await player.getByRole('button', { name: 'To the turning point' }).click();
  await expect(status).toHaveText('Backward: gradients, operation 145 of 145: sum');
  await expect(status).toHaveAttribute('aria-live', 'polite');
  await player.getByRole('button', { name: 'Play' }).click();
  await expect(status).toHaveText(/operation 14[0-3] of 145/);
  await expect(status).toHaveAttribute('aria-live', 'off');
  await player.getByRole('button', { name: 'Pause' }).click();
  await expect(status).toHaveAttribute('aria-live', 'polite');
});

test('opens a part of the network down to one operation', async ({ demo, page }) => {
  await demo.open('#tab=how');
  await tape(page).getByText('Block 1', { exact: true }).click();
  await tape(page).getByText('Layer 3', { exact: true }).click();
  await tape(page)
    .getByRole('button', { name: /^convolution 48×32×32/ })
    .click();
  const detail = tape(page).getByRole('article');
  await expect(detail.getByRole('heading', { name: 'convolution' })).toBeVisible();
  await expect(detail).toContainText('block1.layer.2.conv1');
  await expect(detail).toContainText('48 channels of 32 × 32');
  await expect(detail.getByRole('img', { name: /^Values of channel/ })).toHaveCount(8);
  await expect(detail.getByRole('img', { name: /^Gradient of channel/ })).toHaveCount(8);
  await detail.getByRole('button', { name: /^ReLU 48×32×32|^ReLU 48/ }).click();
  await expect(detail.getByRole('heading', { name: 'ReLU' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('.ex').analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' | ')}`)).toEqual([]);
});

test('walks through ODIN with the numbers of the first tab', async ({ demo, page }) => {
  await demo.open();
  const before = await demo.judged();
  await demo.sample('Frog');
  const { odin, verdict } = await demo.judgedAnew(before);
  expect(verdict).toBe('in');
  await page.getByRole('tab', { name: 'How it works' }).click();
  const steps = section(page, 'What ODIN does with it');
  await expect(steps).toContainText('with the numbers of “Frog”');
  await expect(steps).toContainText(`${odin.toFixed(7)} > ${defaultThreshold().toFixed(7)}`);
  await expect(steps.getByRole('row', { name: /^frog/ })).toBeVisible();
});

test('takes an expression apart, and a link brings it back', async ({ demo, page }) => {
  await demo.open('#tab=how');
  const field = page.getByLabel('Expression', { exact: true });
  await field.fill('a*b + a');
  for (const [name, value] of [
    ['a', '3'],
    ['b', '5'],
  ]) {
    const number = page.getByLabel(`${name}, as a number`);
    await number.fill(value!);
    await number.press('Enter');
    await expect(page.getByRole('slider', { name: name!, exact: true })).toHaveValue(value!);
  }
  await expect(sandbox(page)).toContainText('Done: 18, ∂/∂a = 6, ∂/∂b = 3');
  const player = page.getByRole('group', { name: 'Walk through the graph' });
  await player.getByRole('button', { name: 'To the start' }).click();
  await expect(sandbox(page)).toContainText('Step on to compute the first node');
  for (let i = 0; i < 5; ++i) await player.getByRole('button', { name: 'Step on' }).click();
  await expect(sandbox(page)).toContainText('Backward, 1 of 4');
  const explanation = sandbox(page).locator('.ex-explanation');
  await player.getByRole('button', { name: 'Play' }).click();
  await expect(explanation).toHaveAttribute('aria-live', 'off');
  await expect(player.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(explanation).toHaveAttribute('aria-live', 'polite');

  const link = await demo.link();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(field).toHaveValue('a*b + a');
  await expect(sandbox(page)).toContainText('Done: 18, ∂/∂a = 6, ∂/∂b = 3');
});

test('another expression starts at its own end, with its own graph', async ({ demo, page }) => {
  await demo.open('#tab=how');
  const edges = sandbox(page).locator('.ex-edge');
  const field = page.getByLabel('Expression', { exact: true });
  await field.fill('x*y + x');
  await expect(sandbox(page)).toContainText('Done: ');
  const before = await edges.evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));
  await field.fill('x*y + y');
  await expect
    .poll(() => edges.evaluateAll((paths) => paths.map((path) => path.getAttribute('d'))))
    .not.toEqual(before);
  await sandbox(page)
    .getByRole('button', { name: /softmax with T/ })
    .click();
  await expect(sandbox(page)).toContainText('log (%11)');
  await expect(sandbox(page)).toContainText('Done: ');
});

test('says in words what is wrong with an expression', async ({ demo, page }) => {
  await demo.open('#tab=how');
  const field = page.getByLabel('Expression', { exact: true });
  await field.fill('x + sin(x)');
  await expect(sandbox(page)).toContainText('Position 5: “sin” is not a function here.');
  await field.fill('x * (y');
  await expect(sandbox(page)).toContainText('Position 5: this bracket is never closed.');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: /softmax with T/ }).click();
  await expect(field).toHaveAttribute('aria-invalid', 'false');
  await expect(sandbox(page)).toContainText('log (%11)');
});

test('explains itself in Korean', async ({ demo, page }) => {
  await demo.open('#tab=how&lang=ko');
  await expect(section(page, '속 들여다보기')).toContainText('연산 145개');
  await expect(section(page, 'ODIN이 하는 일')).toContainText('학습한 것과 비슷해 보이지 않습니다');
  await expect(section(page, '테이프 뜯어보기')).toContainText('끝: ');
});

test('plays the method in three beats: the known picture passes the line, the strange one does not', async ({
  demo,
  page,
}) => {
  await demo.open();
  await demo.judged();
  await page.getByRole('button', { name: 'See it in three beats' }).click();
  const beats = page.getByTestId('beats');
  const numbers = beats.getByTestId('beat-numbers');
  await expect(numbers).toHaveText('T = 1, ε = 0.0000');
  await beats.getByRole('button', { name: '2. The temperature rises' }).click();
  await expect(numbers).toHaveText('T = 1000, ε = 0.0000');
  await beats.getByRole('button', { name: '1. As it is' }).click();
  await beats.getByRole('button', { name: 'Play' }).click();
  await expect(beats.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(numbers).toHaveText('T = 1000, ε = 0.0014');
  const [known, strange] = await beats.getByRole('figure').all();
  await expect(known!).toContainText('Past the line');
  await expect(strange!).toContainText('Short of the line');
  await expect(beats.getByRole('button', { name: 'Play again' })).toBeVisible();
});
