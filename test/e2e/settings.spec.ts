import { ptBr } from '../../renderer/text/pt-br.ts';
import { expect, test } from './fixtures.ts';
import { goTo } from './workbench-page.ts';

test('theme, language and the profile of new sweeps are kept', async ({ page, dataFolder }) => {
  await goTo(page, 'Settings');
  await expect(page.getByText(dataFolder)).toBeVisible();
  const surface = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await surface();
  await page.getByText('Dark', { exact: true }).click();
  await expect.poll(surface).not.toBe(light);
  await page.getByRole('combobox', { name: 'Profile of new sweeps' }).click();
  await page.getByRole('option', { name: /^Quick/ }).click();
  await page.getByText('Português (Brasil)').click();
  await expect(page.getByRole('heading', { level: 1, name: ptBr.settings.title })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: ptBr.settings.title })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('link', { name: ptBr.common.pages.sweep }).click();
  await page.getByRole('tab', { name: ptBr.sweep.tabs.yaml }).click();
  await expect(page.getByRole('textbox', { name: ptBr.sweep.yamlLabel })).toHaveValue(/measure: quick/);
});
