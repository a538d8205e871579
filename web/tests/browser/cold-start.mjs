// Times visits of an open browser with an empty cache, each in a browser context of its own:
//   node cold-start.mjs [VISITS]
// First paint, and the first verdict of the engine itself, in milliseconds after the address was opened.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const visits = Number(process.argv[2] ?? 9);
const program =
  process.env.ODIN_PROGRAM ?? resolve(import.meta.dirname, '../../../build/release/odin');
const site = process.env.ODIN_SITE ?? resolve(import.meta.dirname, '../../page/dist');
const server = spawn(program, ['serve', '--port', '0', '--site', site], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((done) => createInterface(server.stdout).once('line', done));

const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({
  executablePath: process.env.ODIN_CHROMIUM || '/usr/bin/chromium',
  args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});

function noteVerdict() {
  const look = () => {
    const panel = document.querySelector('[data-testid=verdict]');
    if (panel?.dataset.kept !== 'false' || !/^(in|out)$/.test(panel.dataset.verdict)) return;
    window.firstVerdict ??= performance.now();
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
  });
}

async function visit() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(noteVerdict);
  // Chromium draws a new window with pages of its own, which keep a processor busy for a second.
  await page.waitForTimeout(1500);
  await page.goto(url);
  // Not a string: the page's policy allows no eval.
  await page.waitForFunction(() => window.firstVerdict !== undefined);
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    verdict: window.firstVerdict,
  }));
  await context.close();
  return times;
}

const all = [];
try {
  for (let i = 0; i < visits; i++) all.push(await visit());
} finally {
  await browser.close();
  server.kill('SIGINT');
}

for (const what of ['paint', 'verdict']) {
  const times = all.map((t) => t[what]).sort((a, b) => a - b);
  const [least, median, most] = [times[0], times[times.length >> 1], times.at(-1)];
  console.log(
    `first ${what}: median ${median.toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)}) of ${visits} visits`,
  );
}
