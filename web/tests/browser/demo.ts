import { expect, type Locator, type Page } from '@playwright/test';

export interface Judgement {
  verdict: string;
  className: string;
  odin: number;
}

/** The page, as its visitors use it. */
export class Demo {
  readonly verdict: Locator;
  readonly temperature: Locator;
  readonly epsilon: Locator;
  readonly network: Locator;
  readonly problems: Locator;
  readonly headline: Locator;

  constructor(
    readonly page: Page,
    readonly url: string,
  ) {
    this.verdict = page.getByTestId('verdict');
    this.temperature = page.getByRole('slider', { name: 'Temperature T' });
    this.epsilon = page.getByRole('slider', { name: 'Step ε' });
    this.network = page.getByRole('combobox', { name: /^Network/ });
    this.problems = page.locator('.problem');
    this.headline = page.getByTestId('headline');
  }

  async open(fragment = ''): Promise<void> {
    await this.page.goto(this.url + fragment);
    await this.isolated();
  }

  /** Waits until the engine, not the results that came with the page, has judged the picture. */
  async judged(): Promise<Judgement> {
    // All at once: one after the other, each may be seen at another moment.
    const judged = '[data-kept=false][aria-busy=false]';
    await expect(this.page.locator(`[data-testid=verdict]${judged}`)).toBeVisible();
    return this.shown();
  }

  /** Waits for a score other than one seen before. */
  async judgedAnew(before: Judgement): Promise<Judgement> {
    await expect(this.page.getByTestId('odin')).not.toHaveAttribute(
      'data-value',
      String(before.odin),
    );
    return this.judged();
  }

  /** Waits until the score has stayed the same for a while. */
  async settled(): Promise<Judgement> {
    let last = await this.judged();
    await expect(async () => {
      const before = last;
      await this.page.waitForTimeout(400);
      last = await this.judged();
      expect(last.odin).toBe(before.odin);
    }).toPass({ timeout: 15_000 });
    return last;
  }

  async shown(): Promise<Judgement> {
    return {
      verdict: (await this.verdict.getAttribute('data-verdict'))!,
      className: await this.page.getByTestId('class').innerText(),
      odin: Number(await this.page.getByTestId('odin').getAttribute('data-value')),
    };
  }

  async source(name: 'Samples' | 'Upload' | 'Camera' | 'Draw' | 'Noise'): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  async sample(name: string): Promise<void> {
    await this.source('Samples');
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  async upload(file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.source('Upload');
    await this.page.locator('input#upload').setInputFiles(file);
  }

  /** A stroke over the drawing pad, from and to points as shares of its side. */
  async stroke(from: [number, number], to: [number, number]): Promise<void> {
    const pad = this.page.getByRole('application');
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    const at = ([x, y]: [number, number]) =>
      [box.x + x * box.width, box.y + y * box.height] as const;
    await this.page.mouse.move(...at(from));
    await this.page.mouse.down();
    await this.page.mouse.move(...at(to), { steps: 8 });
    await this.page.mouse.up();
  }

  /** What went wrong, wherever on the page it is said. */
  problem(text: string): Locator {
    return this.problems.filter({ hasText: text });
  }

  /** The address once it holds what is shown. */
  async link(): Promise<string> {
    await this.page.waitForTimeout(600);
    return this.page.url();
  }

  /** Until the page has what threads need; without the host's headers it loads once more for that. */
  async isolated(): Promise<void> {
    await expect(async () => {
      expect(await this.page.evaluate(() => crossOriginIsolated)).toBe(true);
    }).toPass({ timeout: 15_000 });
    await this.page.waitForLoadState();
  }

  /** Until the service worker has kept all files. */
  async kept(): Promise<void> {
    await expect(this.page.locator('html[data-offline=ready]')).toBeAttached();
  }
}
