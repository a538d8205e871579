import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { paths } from './paths.ts';

// Pictures for people to look at: build/screenshots.
const views = [
  { name: 'try', fragment: '', width: 1280, height: 720 },
  { name: 'try-wrong', fragment: '#picture=sample:checkerboard', width: 1280, height: 720 },
  { name: 'try-dark', fragment: '#theme=dark&picture=sample:cat', width: 1280 },
  { name: 'try-korean', fragment: '#lang=ko&picture=sample:frog', width: 1280 },
  { name: 'try-phone', fragment: '', width: 390, height: 844 },
  { name: 'lesson', fragment: '#lesson=3', width: 1280, height: 720 },
  { name: 'how', fragment: '#tab=how&picture=sample:cat', width: 1280 },
  { name: 'how-dark-phone', fragment: '#tab=how&theme=dark', width: 390 },
  { name: 'play', fragment: '#tab=play', width: 1280, height: 720 },
  { name: 'play-dark-phone-korean', fragment: '#tab=play&theme=dark&lang=ko', width: 390 },
  { name: 'teach', fragment: '#tab=teach', width: 1280 },
  { name: 'teach-dark-phone-korean', fragment: '#tab=teach&theme=dark&lang=ko', width: 390 },
];

for (const { name, fragment, width, height } of views)
  test(`looks: ${name}`, async ({ demo, page }) => {
    await page.setViewportSize({ width, height: height ?? 900 });
    await demo.open(fragment);
    if (name.startsWith('how'))
      await expect(page.getByRole('slider', { name: 'Position on the tape' })).toBeVisible();
    else if (name.startsWith('play'))
      await expect(page.getByTestId('play-state')).toHaveAttribute('data-accuracy', /^(1$|0.9)/);
    else if (name.startsWith('teach')) await expect(page.getByTestId('teach-class')).toHaveCount(2);
    else await demo.judged();
    await page.waitForTimeout(700); // charts and transitions
    await page.screenshot({ path: join(paths.screenshots, `${name}.png`), fullPage: true });
  });
