import type { Locator, Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { en } from '../../renderer/text/en.ts';
import { expect, test } from './fixtures.ts';
import { downloaded, longSweep, startSweep, sweepItem } from './workbench-page.ts';

const isFocused = (element: Locator): Promise<boolean> =>
  element.evaluate((one) => one === document.activeElement, undefined, { timeout: 5_000 });

/** Presses Tab until an element has the focus, which must be seen wherever it stands on the way. */
async function tabTo(page: Page, element: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(element).toBeVisible();
  const passed: string[] = [];
  while (!(await isFocused(element))) {
    await page.keyboard.press(key);
    const { name, seen } = await page.evaluate(() => {
      const focused = document.activeElement!;
      const ringed = [focused, focused.closest('label'), focused.closest('.tags, .editor')];
      return {
        name: `${focused.tagName} ${focused.getAttribute('aria-label') ?? focused.textContent}`.slice(0, 80),
        seen: ringed.some((one) => one !== null && getComputedStyle(one).outlineStyle !== 'none'),
      };
    });
    passed.push(name);
    expect(passed.length, passed.join('\n')).toBeLessThan(150);
    if (!name.startsWith('BODY')) expect(seen, `the focus is seen at ${name}`).toBe(true);
  }
}

test('a sweep is chosen, started, watched, compared and saved without a pointer', async ({ page }) => {
  test.setTimeout(180_000);
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  const button = (name: string | RegExp): Locator =>
    page.getByRole('main').getByRole('button', { name, exact: typeof name === 'string' });
  await tabTo(page, page.getByRole('navigation').getByRole('link', { name: 'New sweep' }));
  await press('Enter');
  const name = page.getByRole('textbox', { name: 'Name' });
  await tabTo(page, name);
  await press('ControlOrMeta+a');
  await page.keyboard.type('by keys');
  await tabTo(page, page.getByRole('checkbox', { name: /^digits-squeezenet float32/ }));
  await press('Space');
  await tabTo(page, page.getByRole('textbox', { name: 'Batch sizes' }));
  await press('ControlOrMeta+a');
  await page.keyboard.type('1, 2');
  await tabTo(page, page.getByRole('combobox', { name: 'Profile' }));
  await press('Enter');
  await page.keyboard.type('Quick');
  await press('Enter');
  await tabTo(page, page.getByRole('spinbutton', { name: 'Rounds' }));
  await press('ControlOrMeta+a');
  await page.keyboard.type('1');
  await press('Tab');
  await expect(page.getByRole('region', { name: 'Plan' }).locator('dd').nth(1)).toHaveText('4');
  await tabTo(page, button('Start now'), 'Shift+Tab');
  await press('Enter');

  await expect(page).toHaveTitle('Queue · Crivo');
  const item = sweepItem(page, 'by keys');
  await expect(item).toContainText('4 done', { timeout: 60_000 });
  await tabTo(page, item.getByRole('button', { name: 'Cells' }));
  await press('Enter');
  await tabTo(page, item.getByRole('table', { name: 'Cells' }).getByRole('button', { name: 'Log' }).first());
  await press('Enter');
  await expect(page.getByRole('dialog', { name: /^Log of/ })).toBeVisible();
  await press('Escape');
  await tabTo(page, item.getByRole('link', { name: 'Results' }), 'Shift+Tab');
  await press('Enter');

  // Where the link was is gone; the heading of the new page goes on.
  await expect(page.getByRole('heading', { level: 1, name: 'Results' })).toBeFocused();
  await tabTo(page, page.getByRole('grid', { name: 'Runs' }));
  for (const key of ['Home', 'Space', 'ArrowDown', 'Space']) await press(key);
  const compare = page.getByRole('region', { name: 'Chosen runs' }).getByRole('link', { name: 'Compare' });
  await tabTo(page, compare, 'Shift+Tab');
  await press('Enter');
  await expect(page.locator('canvas').first()).toBeVisible();
  await tabTo(page, button('Save the data of "Cumulative distribution" as CSV'));
  const csv = await downloaded(page, () => press('Enter'));
  const records: Record<string, string>[] = parse(csv.content, { columns: true });
  expect(new Set(records.map(({ run }) => run)).size).toBe(2);

  await tabTo(page, page.getByRole('navigation').getByRole('link', { name: 'Settings' }), 'Shift+Tab');
  await press('Enter');
  await tabTo(page, page.getByRole('radio', { name: en.settings.themes.system }));
  for (const theme of ['light', 'dark']) {
    await press('ArrowRight');
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  }
});

test('what is moved keeps the focus, also at the end of its way', async ({ page }) => {
  for (const name of ['first', 'second', 'third']) await startSweep(page, longSweep(name));
  const names = async (): Promise<readonly string[]> => {
    const items = page.getByRole('region', { name: 'Sweeps' }).getByRole('listitem').locator('strong');
    return (await items.allTextContents()).slice(0, 3);
  };
  const up = page.getByRole('button', { name: 'Move third up' });
  await up.focus();
  await page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['first', 'third', 'second']);
  await page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['third', 'first', 'second']);
  await expect(up).toBeFocused();
  await expect(up).toBeDisabled();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Move third down' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['first', 'third', 'second']);
});

test('what is removed is taken back without a pointer, in the list and on its own page', async ({ page }) => {
  const undo = page.getByRole('button', { name: 'Undo' });
  const link = page.getByRole('link', { name: 'digits-resnet', exact: true });
  await page.getByRole('button', { name: 'More actions: digits-resnet' }).focus();
  for (const key of ['Enter', 'End', 'Enter']) await page.keyboard.press(key);
  await expect(link).toBeHidden();
  await expect(undo).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(link).toBeVisible();

  await link.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'digits-resnet' })).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'Remove', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle('Models · Crivo');
  await expect(link).toBeHidden();
  await expect(undo).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(link).toBeVisible();
});
