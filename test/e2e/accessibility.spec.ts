import { en } from '../../renderer/text/en.ts';
import { pageTitles } from '../../shared/pages.ts';
import { npyBytes } from '../fixtures/npy-bytes.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { chooseFiles, goTo, picked } from './workbench-page.ts';

test('no page has a violation that axe knows', async ({ page }) => {
  // Some fifteen analyses of whole pages, on machines that may be slow.
  test.setTimeout(300_000);
  await expect(page.getByRole('link', { name: 'digits-resnet', exact: true })).toBeVisible();
  await expectAccessible(page, 'Models');
  await page.getByRole('button', { name: 'More actions: digits-resnet' }).click();
  await page.getByRole('menuitem', { name: 'Edit…' }).click();
  await expectAccessible(page, 'a dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'digits-mobilenet.fp16' }).click();
  await expect(page.getByRole('region', { name: 'Facts' })).toBeVisible();
  await expectAccessible(page, 'a model');
  await page.getByRole('tab', { name: 'Graph' }).click();
  await expect(page.getByText(/^\d+ nodes$/)).toBeVisible();
  await expectAccessible(page, 'a graph');
  await page.getByRole('tab', { name: 'Report' }).click();
  await expectAccessible(page, 'a report');
  await goTo(page, 'Devices');
  await expect(page.getByRole('row', { name: /^cpu/ })).toBeVisible();
  await expectAccessible(page, 'Devices');
  await goTo(page, 'Optimize');
  await expect(page.getByRole('checkbox', { name: 'fp16' })).toBeVisible();
  await expectAccessible(page, 'Optimize');
  await goTo(page, 'New sweep');
  await expect(page.getByRole('region', { name: 'Plan' })).toContainText('Runs');
  await expectAccessible(page, 'New sweep');
  for (const tab of ['YAML', 'Cells']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectAccessible(page, `New sweep, ${tab}`);
  }
  await goTo(page, 'Queue');
  await page.getByRole('button', { name: 'Cells' }).click();
  await expect(page.getByRole('table', { name: 'Cells' })).toBeVisible();
  await expectAccessible(page, 'Queue');
  await page.getByRole('link', { name: 'Summary' }).first().click();
  await expect(page.getByRole('region', { name: 'Disk' })).toBeVisible();
  await expectAccessible(page, 'a summary');
  await goTo(page, 'Results');
  await page
    .getByRole('grid')
    .getByRole('checkbox', { name: /^Choose run/ })
    .first()
    .check();
  await expectAccessible(page, 'Results');
  await page.getByRole('region', { name: 'Chosen runs' }).getByRole('link', { name: 'Compare' }).click();
  await expect(page.locator('canvas').first()).toBeVisible();
  await expectAccessible(page, 'Compare');
  await goTo(page, 'History');
  await expect(page.locator('canvas').first()).toBeVisible();
  await expectAccessible(page, 'History');
  await goTo(page, 'Settings');
  await expectAccessible(page, 'Settings');
});

test('nor have the pages of datasets', async ({ page }) => {
  test.setTimeout(300_000);
  await goTo(page, 'Datasets');
  await expect(page.getByRole('link', { name: 'digits', exact: true })).toBeVisible();
  await expectAccessible(page, 'Datasets');
  await page.getByRole('link', { name: 'digits', exact: true }).click();
  await expect(page.getByRole('img', { name: /^Example 1, / })).toBeVisible();
  await expectAccessible(page, 'a dataset');
  await goTo(page, 'Datasets');
  await page.getByRole('link', { name: 'Import a dataset…' }).click();
  const examples = npyBytes(
    '<f4',
    [2, 4],
    Float32Array.from({ length: 8 }, (_, index) => index),
  );
  await chooseFiles(page, 'Choose files…', [picked('eight.npy', examples)]);
  await expect(page.getByRole('region', { name: 'What the network sees' })).toBeVisible();
  await expectAccessible(page, 'an import');
  await chooseFiles(page, 'Choose files…', [picked('noise.npy', 'this is text')]);
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
  await expectAccessible(page, 'an import that is refused');
});

test('every page is reached and used by keyboard alone', async ({ page }) => {
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  for (const name of Object.values(pageTitles.en)) {
    const link = page.getByRole('navigation').getByRole('link', { name, exact: true });
    for (
      let presses = 0;
      presses < 12 && !(await link.evaluate((element) => element === document.activeElement));
      presses += 1
    )
      await page.keyboard.press('Tab');
    await expect(link).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  }
  // Tabs by arrow, a select by its first letters, a dialog that gives the focus back.
  await goTo(page, 'New sweep');
  await page.getByRole('tab', { name: 'Form' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('textbox', { name: 'The sweep as YAML' })).toBeVisible();
  await page.getByRole('button', { name: 'Open', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Begin from' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Open', exact: true })).toBeFocused();
  await goTo(page, 'Models');
  await page.getByRole('button', { name: 'More actions: digits-resnet' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'digits-mobilenet', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Overview' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Accuracy' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  const drawing = page.getByRole('application');
  await expect(drawing).toBeVisible();
  const picture = (): Promise<string> => drawing.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  await drawing.focus();
  const before = await picture();
  await page.keyboard.press('+');
  await expect.poll(picture).not.toBe(before);
});

for (const language of ['en', 'pt-BR'] as const) {
  test(`nothing is cut off at 1024 × 700 in ${language}`, async ({ page }) => {
    await page.setViewportSize({ width: 1024, height: 700 });
    await goTo(page, 'Settings');
    await page.getByText(en.settings.languages[language]).click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    for (const name of Object.values(pageTitles[language])) {
      await goTo(page, name);
      const sizes = await page.evaluate(() => {
        const main = document.querySelector('main')!;
        // A grid scrolls by itself.
        const buttons = [...main.querySelectorAll('button, a.button, h1, h2')].filter(
          (one) => !one.closest('[role=grid]'),
        );
        return {
          page: document.documentElement.scrollWidth - innerWidth,
          main: main.scrollWidth - main.clientWidth,
          outside: buttons.filter((one) => one.getBoundingClientRect().right > innerWidth).length,
        };
      });
      expect(sizes, name).toEqual({ page: 0, main: 0, outside: 0 });
    }
  });
}
