import { test as base, type ConsoleMessage, type Page } from '@playwright/test';
import { Demo } from './demo.ts';
import { odinServe, plainServer } from './servers.ts';

export interface Hosting {
  hosting: 'odin-serve' | 'plain';
  /** The page's address, ending in '/'. */
  url: string;
}

interface Fixtures {
  demo: Demo;
  /** Console messages that a test brings about on purpose. */
  expectedErrors: RegExp[];
}

/** What Playwright says where it blocks service workers. */
export const blockedWorker = /Service Worker registration blocked/;

/** Collects what must not happen on any page: errors on the console and exceptions. */
export function watchErrors(page: Page, errors: string[]): void {
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error' || message.type() === 'warning')
      errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(String(error)));
}

export const test = base.extend<Fixtures, Hosting>({
  hosting: ['odin-serve', { option: true, scope: 'worker' }],
  url: [
    async ({ hosting }, use) => {
      const server = await (hosting === 'plain' ? plainServer() : odinServe());
      await use(server.url);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  expectedErrors: async ({}, use) => use([]),
  demo: async ({ page, url, expectedErrors }, use) => {
    const errors: string[] = [];
    watchErrors(page, errors);
    await use(new Demo(page, url));
    const unexpected = errors.filter((text) => !expectedErrors.some((known) => known.test(text)));
    test.expect(unexpected, 'errors on the console').toEqual([]);
  },
});

export const expect = test.expect;
