// Makes web/page/public/og.png, the picture that comes with links to the page, of the page itself:
//   node preview-picture.mjs
// after scripts/build-web.sh, whenever the page's looks have changed.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const root = resolve(import.meta.dirname, '../../..');
const program = process.env.ODIN_PROGRAM ?? resolve(root, 'build/release/odin');
const site = resolve(root, 'web/page/dist');
const server = spawn(program, ['serve', '--port', '0', '--site', site], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((done) => createInterface(server.stdout).once('line', done));

/** Without what a small picture has no room for, and with the rest as large as it may be. */
const style = `
  .header .tabs, .switches, .lead, .view > .tabs, figcaption span, .dials, .sources-card, .send, .digits { display: none !important }
  #app { padding-inline: 84px !important }
  h1 { font-size: 46px !important; margin: 12px 0 }
  .stage { grid-template-columns: 350px 1fr !important }
  .stage ~ *, .footer { display: none !important }
`;

const browser = await chromium.launch({
  executablePath: process.env.ODIN_CHROMIUM || '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage({
  viewport: { width: 1200, height: 630 },
  locale: 'en-GB',
  colorScheme: 'light',
});
await page.goto(url);
await page.waitForSelector('[data-testid=verdict][data-kept=false]');
await page.addStyleTag({ content: style });
await page.waitForTimeout(1000); // transitions
await page.screenshot({ path: resolve(root, 'web/page/public/og.png') });
await browser.close();
server.kill('SIGINT');
