import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

// Pages that train share the machine with whatever else runs there.
test.describe.configure({ timeout: 180_000 });

const state = (page: Page) => page.getByTestId('play-state');
const number = async (page: Page, id: string, name: string) =>
  Number(await page.getByTestId(id).getAttribute(name));

/** Until all but a few points are told apart. */
const learned = (page: Page) =>
  expect(state(page)).toHaveAttribute('data-accuracy', /^(1$|0\.9[5-9])/, { timeout: 60_000 });

/** The steps, once those that were under way when it was paused are shown. */
async function pausedAt(page: Page): Promise<number> {
  let steps = -1;
  const isStill = async () => {
    const before = steps;
    steps = await number(page, 'play-state', 'data-steps');
    return steps === before;
  };
  await expect.poll(isStill, { intervals: [300] }).toBe(true);
  return steps;
}

for (const data of ['moons', 'circles', 'spirals'])
  test(`${data} are learned, and much of the empty plane is believed`, async ({ demo, page }) => {
    const hard = data === 'spirals' ? '~l:3~w:16' : '';
    await demo.open(`#tab=play&play=d:${data}${hard}`);
    await learned(page);
    const steps = await number(page, 'play-state', 'data-steps');
    expect(steps).toBeGreaterThan(5);
    const baseline = await number(page, 'play-rejected', 'data-baseline');
    expect(baseline).toBeLessThan(0.9);
    await expect(page.getByText('of the empty plane: more than 95% sure')).toBeVisible();
  });

test('temperature and step change what ODIN rejects, and the address has them', async ({
  demo,
  page,
}) => {
  await demo.open('#tab=play');
  await learned(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  const steps = await pausedAt(page);
  const before = await number(page, 'play-rejected', 'data-odin');
  const slider = page.getByRole('slider', { name: 'Step ε' });
  await slider.focus();
  for (let i = 0; i < 4; ++i) await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('play-rejected')).not.toHaveAttribute('data-odin', String(before));
  await page.getByRole('slider', { name: 'Temperature T' }).fill('8');
  expect(await demo.link()).toMatch(/play=T:500%7Ee:0.4|play=T:500~e:0.4/);
  // Sliders do not train it, nor begin anew.
  expect(await number(page, 'play-state', 'data-steps')).toBe(steps);
  await page.getByRole('button', { name: 'One step' }).click();
  await expect(state(page)).toHaveAttribute('data-steps', String(steps + 1));
  await page.reload();
  await learned(page);
  await expect(slider).toHaveValue('7');
});

test('points are drawn by pointer and keyboard, and come with a link', async ({ demo, page }) => {
  await demo.open('#tab=play');
  await page.getByRole('radio', { name: 'Drawn by hand' }).check();
  await expect(page.getByText('Draw points of both classes.')).toBeVisible();
  const plane = page.getByRole('application').first();
  const box = (await plane.boundingBox())!;
  const stroke = async (from: [number, number], to: [number, number]) => {
    await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 12 });
    await page.mouse.up();
  };
  await stroke([0.2, 0.3], [0.8, 0.3]);
  await page.getByRole('radio', { name: 'Orange' }).check();
  await stroke([0.2, 0.7], [0.8, 0.7]);
  await learned(page);
  await plane.focus();
  for (const key of ['ArrowDown', 'ArrowDown', ' ']) await page.keyboard.press(key);
  const link = await demo.link();
  await page.goto('about:blank');
  await page.goto(link);
  await learned(page);
  await page.getByRole('button', { name: 'Remove all points' }).click();
  await expect(page.getByText('Draw points of both classes.')).toBeVisible();
});

test('a setting that makes no sense is the default', async ({ demo, page }) => {
  await demo.open('#tab=play&play=d:cubes~l:99~f:sin~T:cold');
  await learned(page);
  await expect(page.getByRole('radio', { name: 'Moons' })).toBeChecked();
});
