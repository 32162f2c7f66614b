/** A page of the workbench to be pictured, in one language. */
import type { Page } from '@playwright/test';
import type { Text } from '../../renderer/text/en.ts';

export interface Stage {
  readonly page: Page;
  readonly text: Text;
  /** Goes to an address of the workbench, as `results?where=…`, with nothing left of where it was. */
  readonly go: (address: string) => Promise<void>;
}

/** @param origin of the host, whose one-time token has been exchanged already */
export function stageOn(page: Page, text: Text, origin: string): Stage {
  return {
    page,
    text,
    go: async (address) => {
      await page.goto('about:blank');
      await page.goto(`${origin}/#/${address}`);
      await page.locator('h1').waitFor();
    },
  };
}

/** Charts and layers have come to rest, so that two pictures of the same are alike. */
export async function settle({ page }: Stage): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(700);
}
