import { en } from '../../renderer/text/en.ts';
import { ptBr } from '../../renderer/text/pt-br.ts';
import { expect, test } from './fixtures.ts';
import { briefMeasure } from './seed.ts';
import { downloaded, goTo, longSweep, startSweep, sweepItem, writeSweep } from './workbench-page.ts';

test('the form and the YAML are one thing, with a live count and what can not run', async ({ page }) => {
  await writeSweep(page, 'name: mine # my own words\nmodels: [digits-mobilenet]\nrounds: 1\n');
  const editor = page.getByRole('textbox', { name: 'The sweep as YAML' });
  const plan = page.getByRole('region', { name: 'Plan' });
  const runs = plan.locator('dd').nth(1);
  await expect(runs).toHaveText('1');

  await page.getByRole('tab', { name: 'Form' }).click();
  await expect(page.getByRole('checkbox', { name: 'digits-mobilenet float32' })).toBeChecked();
  await page.getByRole('checkbox', { name: /^digits-squeezenet float32/ }).check();
  await page.getByRole('textbox', { name: 'Batch sizes' }).fill('1, 4, 16');
  await page.getByRole('textbox', { name: 'Batch sizes' }).press('Tab');
  await expect(runs).toHaveText('6');
  await page.getByRole('checkbox', { name: /^coreml/ }).check();
  await expect(plan).toContainText('6 cells can’t run here');
  await expect(plan).toContainText('Core ML exists only on macOS');
  await page.getByRole('spinbutton', { name: 'Rounds' }).fill('2');
  await page.getByRole('spinbutton', { name: 'Rounds' }).press('Tab');
  await expect(runs).toHaveText('12');

  await page.getByRole('tab', { name: 'YAML' }).click();
  await expect(editor).toHaveValue(/# my own words/);
  await expect(editor).toHaveValue(/batchSizes: +\[ ?1, 4, 16 ?\]/);
  const saved = await downloaded(page, () => page.getByRole('button', { name: 'Save YAML' }).click());
  expect(saved.name).toBe('mine.yml');
  expect(saved.content.toString()).toBe(await editor.inputValue());

  await editor.fill('name: wrong\nmodels: [digits-mobilenett]\nbatchSize: [2]\n');
  await expect(page.getByText(/^Line 3/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start now' })).toBeDisabled();
  await page.getByRole('tab', { name: 'Form' }).click();
  await expect(page.getByText('The YAML has mistakes')).toBeVisible();

  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByLabel('Open a sweep').setInputFiles({ name: 'mine.yml', mimeType: '', buffer: saved.content });
  await expect(runs).toHaveText('12');
  await page.getByRole('tab', { name: 'Cells' }).click();
  const cells = page.getByRole('table', { name: 'Cells' });
  await expect(cells.getByRole('row', { name: /digits-squeezenet.*cpu.*16.*runs/ })).toBeVisible();
  await expect(cells.getByRole('row', { name: /coreml.*skipped/ }).first()).toBeVisible();

  // An earlier sweep is where another begins.
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: /^seed/ }).click();
  await page.getByRole('tab', { name: 'YAML' }).click();
  await expect(editor).toHaveValue(/dataset: digits/);
});

test('a sweep for the night waits for its time', async ({ page }) => {
  await writeSweep(page, longSweep('night'));
  await page.getByRole('button', { name: 'Schedule…' }).click();
  const dialog = page.getByRole('dialog', { name: 'When to run' });
  await dialog.getByLabel('Start at').fill('2099-01-02T01:00');
  await dialog.getByLabel('Stop at').fill('2099-01-01T01:00');
  await expect(dialog.getByText('The end must be after the start.')).toBeVisible();
  await dialog.getByLabel('Stop at').fill('2099-01-02T07:00');
  await dialog.getByRole('button', { name: 'Queue it' }).click();
  await expect(sweepItem(page, 'night')).toContainText(/scheduled.*starts Jan 2, 2099/);
});

const languages = [
  { name: 'en', text: en, colorScheme: 'light' },
  { name: 'pt-BR', text: ptBr, colorScheme: 'dark' },
] as const;
for (const { name, text, colorScheme } of languages) {
  test.describe(`in ${name}, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('a sweep is started, watched through a reload, and found among the results', async ({ page }) => {
      await goTo(page, 'Settings');
      await page.getByText(en.settings.languages[name]).click();
      await expect(page.locator('html')).toHaveAttribute('lang', name);
      await page.getByRole('link', { name: text.common.pages.sweep }).click();
      await page.getByRole('tab', { name: text.sweep.tabs.yaml }).click();
      await page
        .getByRole('textbox', { name: text.sweep.yamlLabel })
        .fill(
          `name: watched\nmodels: [digits-mobilenet, digits-resnet]\nvariants: [original]\nbatchSizes: [1]\nmeasure: ${briefMeasure.replace('minDurationMs: 30', 'minDurationMs: 1500')}\nrounds: 2\n`,
        );
      await page.getByRole('button', { name: text.sweep.start }).click();
      const item = page
        .getByRole('region', { name: text.queue.sweeps })
        .getByRole('listitem')
        .filter({ hasText: 'watched' });
      await expect(item).toContainText(text.queue.states.running);
      const current = page.getByRole('region', { name: text.queue.current });
      await expect(current).toContainText(text.queue.phases.measuring);
      await page.reload();
      // Waited for in one go: the chart begins anew with each cell, so a second look may find the next one's empty chart.
      await current.locator('[role=img] polyline[points*=" "]').waitFor();
      await expect(item).toContainText(text.queue.finishedAt(''), { timeout: 60_000 });
      await expect(item).toContainText('4');
      await item.getByRole('link', { name: text.queue.results }).click();
      await expect(page.getByRole('status').filter({ hasText: text.results.runs('4') })).toBeVisible();
      // A fast machine's latency is whole microseconds; the interval always has decimals.
      const decimals = name === 'en' ? /±\d+\.\d%/ : /±\d+,\d%/;
      await expect(page.getByRole('row', { name: /digits-resnet/ }).first()).toContainText(decimals);
    });
  });
}

test('a sweep that runs is cancelled; what it measured is kept', async ({ page }) => {
  await startSweep(page, longSweep('endless'));
  const item = sweepItem(page, 'endless');
  await expect(page.getByRole('region', { name: 'Measuring now' })).toContainText('Measuring');
  await item.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Keep it running' }).click();
  await expect(item).toContainText('running');
  await item.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(item).toContainText('cancelled');
  await expect(page.getByText('No cell is running.')).toBeVisible();
  await expect(sweepItem(page, 'seed')).toContainText('16 done');
});
