import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { chooseForOptimizing, goTo } from './workbench-page.ts';

test('a variant is made, its report read, and put into a sweep', async ({ page }) => {
  await goTo(page, 'Optimize');
  const make = page.getByRole('button', { name: 'Make the variant' });
  await expect(make).toBeDisabled();
  await page.getByRole('combobox', { name: 'Model' }).fill('resnet');
  await page.getByRole('option', { name: /^digits-resnet/ }).click();
  await page.getByRole('checkbox', { name: 'int8-static', exact: true }).check();
  await expect(page.getByText('A chosen recipe needs data: choose a dataset.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'int8-static', exact: true }).uncheck();
  await page.getByRole('checkbox', { name: 'graph-basic' }).check();
  await make.click();
  const made = page.getByRole('region', { name: 'Made here' });
  await expect(made).toContainText(/made/);
  await made.getByRole('button', { name: 'Report' }).click();
  await expect(
    page
      .getByText(/What the recipe/)
      .or(made.getByText('Before'))
      .first(),
  ).toBeVisible();
  await goTo(page, 'Models');
  await expect(page.getByRole('link', { name: 'digits-resnet.graph-basic' })).toBeVisible();
});

test('a recipe is changed, saved as an own one and removed', async ({ page }) => {
  await goTo(page, 'Optimize');
  await page.getByRole('button', { name: /^fp16/ }).click();
  await page.getByRole('button', { name: 'Remove Normalize the graph' }).click();
  await expect(page.getByText('changed here')).toBeVisible();
  await page.getByLabel('Name of the recipe').fill('half');
  await page.getByRole('button', { name: 'Save as own recipe' }).click();
  await expect(page.getByText('The recipe "half" was saved.')).toBeVisible();
  const entry = page.getByRole('listitem').filter({ has: page.getByRole('checkbox', { name: 'half', exact: true }) });
  await entry.getByRole('button', { name: 'Remove this recipe' }).click();
  await expect(page.getByText('The recipe "half" was removed.')).toBeVisible();
});

test('what pruning can take is listed group by group, with what locks a group and how sensitive each is', async ({
  page,
}) => {
  await chooseForOptimizing(page, 'digits-mobilenet', 'digits');
  await page.getByRole('button', { name: /^prune-50(?!-)/ }).click();
  const panel = page.getByRole('region', { name: 'What pruning can take' });
  await panel.getByRole('button', { name: 'Measure' }).click();
  const groups = panel.getByRole('table').locator('tbody tr');
  await expect(groups.first()).toBeVisible();
  // Inputs and answers can't lose channels: such a group says why, and no importance.
  const locked = groups.filter({ hasText: /graph|output|input/ });
  await expect(locked.first().getByRole('cell').last()).not.toHaveText('');
  await expect(locked.first().getByRole('cell').nth(2)).toHaveText('');
  await expect(panel).toContainText(/Drift with a part of one group gone, not repaired, on [\d,]+ examples\./);
  await expect(panel).toContainText(/The most sensitive group is .+: protect it/);
  await expectAccessible(page, 'Optimize with what pruning can take');
});

test('a search for the best variant tells what it tries, and is cancelled', async ({ page }) => {
  await goTo(page, 'Optimize');
  const panel = page.getByRole('region', { name: 'Search for the best variant' });
  const search = panel.getByRole('button', { name: 'Search for the best variant' });
  await expect(search).toBeDisabled();
  await chooseForOptimizing(page, 'digits-resnet', 'digits');
  await panel.getByLabel('Accuracy lost at most, points').fill('many');
  await expect(search).toBeDisabled();
  await panel.getByLabel('Accuracy lost at most, points').fill('1');
  await search.click();
  await expect(panel.getByRole('progressbar')).toBeVisible();
  await expect(panel.locator('p.breaks')).not.toHaveText('');
  // It goes on while another page is shown.
  await goTo(page, 'Devices');
  await goTo(page, 'Optimize');
  await panel.getByRole('button', { name: 'Cancel the search' }).click();
  await expect(panel).toContainText('The search was cancelled. What was tried is kept');
  await expect(page.getByRole('progressbar')).toHaveCount(0);
});
