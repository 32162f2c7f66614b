/** Accessibility of a page as it stands, in both themes, and without motion where a person wants none. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** The rules whose outcome a theme can change. */
const colorRules = ['color-contrast', 'link-in-text-block'];

/** No rule of axe is violated, nor those about colours in the other theme; nothing moves where motion is reduced. */
export async function expectAccessible(page: Page, place: string): Promise<void> {
  for (const [colorScheme, only] of [
    ['light', null],
    ['dark', colorRules],
  ] as const) {
    // Without motion, no colour is seen on its way to another.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const moving = await page.evaluate(
      () =>
        new Promise<number>((done) =>
          requestAnimationFrame(() => requestAnimationFrame(() => done(document.getAnimations().length))),
        ),
    );
    expect(moving, `what moves in ${place}, ${colorScheme}`).toBe(0);
    // Without frames, the legacy mode sees the same and opens no page of its own for each analysis.
    // Of what passes, nothing is gathered: that takes longer than the rules.
    const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
    const { violations } = await (only === null ? axe : axe.withRules([...only])).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`);
    expect(found, `${place}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
