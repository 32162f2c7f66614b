/** The workbench on a data folder in a browser of its own. */
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { startHost } from '../e2e/workbench-host.ts';

export interface Opened {
  readonly page: Page;
  readonly origin: string;
}

/** Opens it, does the work, and closes all; what the page complains of is told on stderr. */
export async function withWorkbenchPage(
  data: string,
  scale: number,
  work: (opened: Opened) => Promise<void>,
): Promise<void> {
  const host = await startHost(data);
  const browser = await chromium.launch(chromiumLaunch());
  try {
    const context = await browser.newContext({ deviceScaleFactor: scale, locale: 'en-US' });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) console.error(message.text());
    });
    await page.goto(host.url);
    await page.locator('h1').waitFor();
    await work({ page, origin: new URL(host.url).origin });
  } finally {
    await browser.close();
    await host.stop();
  }
}
