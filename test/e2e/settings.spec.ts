import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostics } from '../../shared/diagnostics.ts';
import { phrases } from '../../shared/phrases/phrase.ts';
import { ptBr } from '../../renderer/text/pt-br.ts';
import { expect, test } from './fixtures.ts';
import { downloaded, goTo } from './workbench-page.ts';

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
  // What the engine says, too.
  await page.getByRole('link', { name: ptBr.common.pages.devices }).click();
  await expect(page.getByRole('row', { name: /^rocm/ })).toContainText(ptBr.engine(phrases.insteadOfRocm));
});

test('the log tells problems or all, and is saved without paths beside the machine’s facts', async ({
  page,
  dataFolder,
}) => {
  mkdirSync(join(dataFolder, 'logs'), { recursive: true });
  const line = { level: 'warn', time: new Date().toISOString(), pid: 1, reason: `no room in ${dataFolder}` };
  appendFileSync(
    join(dataFolder, 'logs/web.log'),
    `${JSON.stringify({ ...line, msg: 'something to look at' })}\nnot JSON\n`,
  );
  await goTo(page, 'Settings');
  const panel = page.getByRole('region', { name: 'Log' });
  const lines = panel.getByRole('listitem');
  await panel.getByRole('button', { name: 'Read again' }).click();
  await expect(lines.filter({ hasText: 'something to look at' })).toHaveCount(1);
  await expect(lines.filter({ hasText: 'data folder opened' })).toHaveCount(0);
  await panel.getByText('All', { exact: true }).click();
  await expect(lines.filter({ hasText: 'data folder opened' }).first()).toBeVisible();

  const saved = await downloaded(page, () => panel.getByRole('button', { name: 'Save diagnostics' }).click());
  const text = saved.content.toString();
  const { app, hardware, counts, log } = JSON.parse(text) as Diagnostics;
  expect([typeof app, typeof hardware]).toEqual(['object', 'object']);
  expect(Object.values(counts).some((count) => count > 0)).toBe(true);
  expect(log.map(({ message }) => message)).toContain('something to look at');
  expect(text).not.toContain(dataFolder);
});
