import { en } from '../../renderer/text/en.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { goTo, longSweep, startSweep, sweepItem } from './workbench-page.ts';

test('sweeps are reordered and paused; a new one goes to the end', async ({ page }) => {
  for (const name of ['first', 'second', 'third']) await startSweep(page, longSweep(name));
  const names = async (): Promise<readonly string[]> => {
    const items = page.getByRole('region', { name: 'Sweeps' }).getByRole('listitem').locator('strong');
    return (await items.allTextContents()).slice(0, 3);
  };
  expect(await names()).toEqual(['first', 'second', 'third']);
  await expect(sweepItem(page, 'first')).toContainText('running');
  await page.getByRole('button', { name: 'Move third up' }).click();
  await expect.poll(names).toEqual(['first', 'third', 'second']);

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('Pausing after this cell…')).toBeVisible();
  await sweepItem(page, 'first').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByText('The queue is paused.')).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(sweepItem(page, 'third')).toContainText('running');
  // Told on every page.
  await goTo(page, 'Devices');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Running: third' })).toBeVisible();
});

test('a cell that fails says why, has a log, and is retried', async ({ page }) => {
  await startSweep(page, `${longSweep('hasty')}cellDeadlineSeconds: 1\n`);
  const item = sweepItem(page, 'hasty');
  await expect(item).toContainText('1 failed');
  await item.getByRole('button', { name: 'Cells' }).click();
  const cells = item.getByRole('table', { name: 'Cells' });
  await expect(cells.getByRole('row', { name: /digits-squeezenet/ })).toContainText(/failed.*deadline of 1\.0 s/);
  await cells.getByRole('button', { name: 'Log' }).click();
  const log = page.getByRole('dialog', { name: /^Log of digits-squeezenet/ });
  await expect(log.locator('pre').or(log.getByText(en.queue.logEmpty))).toBeVisible();
  await expectAccessible(page, 'the log of a cell that failed');
  await page.keyboard.press('Escape');
  await item.getByRole('button', { name: 'Retry failed' }).click();
  await expect(cells.getByRole('row', { name: /digits-squeezenet/ })).toContainText(/failed.*attempt 2/);

  await item.getByRole('button', { name: 'More actions: hasty' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('hasty');
  await goTo(page, 'Queue');
  await item.getByRole('button', { name: 'More actions: hasty' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(item).toBeHidden();
});

test('the summary of a sweep tells what was measured, the best of each model and why cells were left out', async ({
  page,
}) => {
  await goTo(page, 'Queue');
  await sweepItem(page, 'seed').getByRole('link', { name: 'Summary' }).click();
  await expect(page.getByRole('heading', { name: 'Summary of seed' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Figures' })).toContainText('Runs measured');
  const picks = page.getByRole('region', { name: 'The best of each model' });
  await expect(picks.getByRole('listitem')).toHaveCount(2);
  await expect(picks).toContainText('digits-mobilenet');
  await expect(page.getByRole('region', { name: 'What went wrong' })).toContainText(/skipped.*Core ML/is);
  await expect(page.getByRole('region', { name: 'Disk' })).toContainText('no limit');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save report' }).click();
  expect((await download).suggestedFilename()).toBe('seed.html');
  await page.getByRole('link', { name: 'Queue' }).first().click();
  await expect(sweepItem(page, 'seed')).toBeVisible();
});
