import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { paths } from './paths.ts';

interface Row {
  file: string;
  class: string;
  odin: number;
  verdict: string;
}

/** What the native program says of the sample pictures, by their names on the page. */
function nativeRows(): Map<string, Row> {
  const folders = ['known', 'unknown'].map((name) => join(paths.samples, name));
  const output = execFileSync(paths.program, ['detect', '--json', '--quiet', ...folders]);
  const rows = output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  return new Map(rows.map((row) => [/([a-z_]+)\.png$/.exec(row.file)![1]!, row]));
}

test('judges every sample as the native program does', async ({ demo }) => {
  const rows = nativeRows();
  expect(rows.size).toBe(17);
  await demo.open();
  await demo.judged();
  for (const [name, row] of rows) {
    await test.step(name, async () => {
      const label =
        name === 'mandelbrot' ? 'Mandelbrot set' : name === 'color_bars' ? 'Colour bars' : name;
      await demo.page
        .getByRole('button', { name: new RegExp(`^${label.replace('_', ' ')}$`, 'i') })
        .click();
      await expect
        .poll(async () => Math.abs((await demo.shown()).odin - row.odin))
        .toBeLessThan(2e-6);
      const judgement = await demo.judged();
      expect(judgement.className).toBe(row.class);
      expect(judgement.verdict).toBe(row.verdict);
      const isTaught = row.file.includes('/known/');
      const isWrong = row.verdict === 'in' ? !isTaught : isTaught;
      if (isWrong) await expect(demo.headline).toContainText('ODIN is wrong here');
      else await expect(demo.headline).toContainText(isTaught ? 'It is.' : 'It isn’t.');
    });
  }
});

test('judges an uploaded and a dropped picture', async ({ demo }) => {
  await demo.open();
  const before = await demo.judged();
  await demo.upload(join(paths.samples, 'known/horse.png'));
  const horse = await demo.judgedAnew(before);
  expect(horse.className).toBe('horse');
  expect(horse.verdict).toBe('in');

  const bytes = readFileSync(join(paths.samples, 'known/ship.png')).toString('base64');
  const transfer = await demo.page.evaluateHandle((text) => {
    const data = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const made = new DataTransfer();
    made.items.add(new File([data], 'ship.png', { type: 'image/png' }));
    return made;
  }, bytes);
  await demo.page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await demo.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  expect((await demo.judgedAnew(horse)).className).toBe('ship');
});

test('judges a drawing while it grows, and a link brings it back', async ({ demo, context }) => {
  await demo.open();
  await demo.judged();
  await demo.source('Draw');
  await demo.stroke([0.2, 0.7], [0.8, 0.7]);
  await expect(demo.page.getByRole('figure').first()).toContainText('Your drawing');
  const line = await demo.settled();
  await demo.stroke([0.5, 0.2], [0.5, 0.7]);
  await demo.judgedAnew(line);
  const drawing = await demo.settled();

  const link = await demo.link();
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByTestId('verdict')).toHaveAttribute('data-kept', 'false');
  await expect(other.getByTestId('odin')).toHaveAttribute('data-value', String(drawing.odin));
  await other.close();
});

test('judges noise, another with each seed', async ({ demo }) => {
  await demo.open();
  const before = await demo.judged();
  await demo.source('Noise');
  await demo.page.getByRole('button', { name: 'Another one' }).click();
  const first = await demo.judgedAnew(before);
  expect(first.verdict).toBe('out');
  await demo.page.getByRole('button', { name: 'Another one' }).click();
  const second = await demo.judgedAnew(first);
  await demo.page.getByRole('radio', { name: 'Gaussian' }).check({ force: true });
  await demo.judgedAnew(second);
});
