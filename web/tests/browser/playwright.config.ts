import { defineConfig } from '@playwright/test';
import { paths } from './paths.ts';
import type { Hosting } from './fixtures.ts';

// Without these, Chromium looks for its vendor's hosts at every start.
const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const camera = ['--use-fake-device-for-media-stream'];
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig<object, Hosting>({
  testDir: '.',
  outputDir: paths.results,
  // One at a time: each page uses every core.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // On a machine that others use too a page can be late; a test that needed its second try is listed as flaky.
  retries: process.env['CI'] ? 1 : 0,
  reporter: [['list']],
  forbidOnly: !!process.env['CI'],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env['ODIN_CHROMIUM'] || '/usr/bin/chromium',
      args: [...quiet, ...camera, ...sandbox],
    },
    locale: 'en-GB',
    colorScheme: 'light',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'odin serve', use: { hosting: 'odin-serve' } },
    // A host that sends no headers, below a path of its own: what it gives the page, not all that the page does.
    { name: 'plain host', use: { hosting: 'plain' }, testMatch: /hosting\.spec\.ts/ },
  ],
});
