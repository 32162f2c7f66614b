import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { startHost } from './workbench-host.ts';
import { chooseFiles, downloaded, goTo, picked } from './workbench-page.ts';

/** Imports a bundle of 8 runs into a workbench that has none: they are found there, on the machine that they came from. */
async function foundInAnother(context: BrowserContext, { name, content }: { name: string; content: Buffer }) {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-e2e-'));
  const host = await startHost(folder);
  try {
    const page = await context.newPage();
    await page.goto(host.url);
    await goTo(page, 'Results');
    await expect(page.getByText('No run was measured yet')).toBeVisible();
    await chooseFiles(page, 'Import…', [picked(name, content)]);
    await expect(page.getByText('8 runs of 1 machine were imported.')).toBeVisible();
    await page.getByRole('searchbox', { name: 'Filter' }).fill('model:digits-squeezenet status:done precision:float16');
    await expect(page.getByRole('status').filter({ hasText: '4 runs' })).toBeVisible();
    await chooseFiles(page, 'Import…', [picked(name, content)]);
    await expect(page.getByText('8 runs of the bundle are here already.')).toBeVisible();
    await page.close();
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

test.beforeEach(async ({ page }) => goTo(page, 'Results'));

test('runs are filtered by query and facets, sorted and grouped', async ({ page }) => {
  const count = (runs: string) => expect(page.getByRole('status').filter({ hasText: runs })).toBeVisible();
  await count('32 runs');
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  await filter.fill('model:digits-mobilenet status:done batch>=8');
  await count('4 runs');
  await page.getByRole('region', { name: 'Facets' }).getByRole('checkbox', { name: /^fp16/ }).check();
  await expect(filter).toHaveValue(/variant:fp16/);
  await count('2 runs');
  await page.reload();
  await count('2 runs');

  await filter.fill('batch>>8');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(filter).toHaveAttribute('aria-invalid', 'true');
  await filter.fill('nothing-has-this-name');
  await expect(page.getByText('No run matches the filter')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await count('32 runs');

  await filter.fill('status:done');
  const heading = page.getByRole('columnheader', { name: 'Median' });
  const medians = async (): Promise<readonly number[]> => {
    const texts = await page
      .getByRole('grid')
      .getByRole('row')
      .locator('.number')
      .filter({ hasText: /[µm]s/ })
      .allTextContents();
    return texts.map((text) => Number.parseFloat(text.replace(',', '')) * (text.includes('µs') ? 0.001 : 1));
  };
  await heading.getByRole('button').click();
  await expect(heading).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(async () => (await medians()).length).toBe(16);
  const rising = await medians();
  expect(rising).toEqual(rising.toSorted((a, b) => a - b));
  await heading.getByRole('button').click();
  await expect(heading).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(medians).toEqual(rising.toReversed());

  await page.getByRole('combobox', { name: 'Group by' }).click();
  await page.getByRole('option', { name: 'By model' }).click();
  const groups = page.getByRole('treegrid').getByRole('row', { level: 1 });
  await expect(groups).toHaveText([/digits-mobilenet.*8 runs/, /digits-squeezenet.*8 runs/]);
  const runs = page.getByRole('treegrid').getByRole('row', { level: 2 });
  await expect(runs).toHaveCount(0);
  await groups.first().click();
  await expect(runs).toHaveCount(8);
});

test('columns and views are kept; the CSV holds exactly what is shown', async ({ page, context }) => {
  await page.getByRole('searchbox', { name: 'Filter' }).fill('status:done model:digits-squeezenet');
  await expect(page.getByRole('status').filter({ hasText: '8 runs' })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  const columns = page.getByRole('dialog', { name: 'Columns' });
  for (const name of [
    'Provider',
    'Speed-up',
    'Throughput',
    'Memory',
    'Noise',
    'Status',
    'p99',
    'Sweep',
    'Started',
    'Tags',
  ])
    await columns.getByRole('checkbox', { name, exact: true }).uncheck();
  await columns.getByRole('checkbox', { name: 'Precision' }).check();
  await columns.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('columnheader', { name: 'Throughput' })).toBeHidden();

  await page.getByRole('button', { name: 'Views' }).click();
  const views = page.getByRole('dialog', { name: 'Saved views' });
  await views.getByLabel('Name for the present view').fill('small ones');
  await views.getByRole('button', { name: 'Save' }).click();
  await expect(views.getByRole('button', { name: /^small ones/ })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export the results' });
  await expect(dialog).toContainText('8 rows and 8 columns');
  await expectAccessible(page, 'the export of results');
  const csv = await downloaded(page, () => dialog.getByRole('button', { name: 'Export' }).click());
  expect(csv.name).toBe('crivo-results.csv');
  const records: Record<string, string>[] = parse(csv.content, { columns: true, bom: true });
  expect(records).toHaveLength(8);
  expect(new Set(records.map(({ model }) => model))).toEqual(new Set(['digits-squeezenet']));
  expect(records.filter(({ precision }) => precision === 'float16')).toHaveLength(4);
  // What the table shows of the first row stands in the file's first record.
  const first = page.getByRole('grid').getByRole('row').nth(1);
  const median = Object.entries(records[0]!).find(([column]) => /p50|median/.test(column))?.[1];
  const shown = (await first.getByRole('gridcell').allTextContents()).join(' ');
  const [, figure = '', unit] = /([\d.,]+) (µs|ms)/.exec(shown) ?? [];
  expect(Number(figure.replace(',', '')) / (unit === 'µs' ? 1000 : 1) / Number(median)).toBeCloseTo(1, 2);

  const exported = async (label: string): Promise<{ name: string; content: Buffer }> => {
    await page.getByRole('button', { name: 'Export' }).click();
    // The radio buttons themselves lie hidden under what they are called.
    await dialog.getByText(label, { exact: true }).click();
    return downloaded(page, () => dialog.getByRole('button', { name: 'Export' }).click());
  };
  const report = await exported('HTML report');
  expect(report.name).toBe('crivo-results.html');
  expect(report.content.toString('utf8')).toMatch(/^<!doctype html>/i);
  const bundle = await exported('Bundle (.crivo)');
  expect(bundle.name).toBe('crivo-results.crivo');
  await foundInAnother(context, bundle);

  // Another query, then the view brings filter and columns back, also after a reload, which leaves the facets folded away.
  await page.getByRole('searchbox', { name: 'Filter' }).fill('');
  const facets = page.getByRole('region', { name: 'Facets' });
  await page.getByRole('button', { name: 'Facets' }).click();
  await expect(facets).toBeHidden();
  await page.reload();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('button', { name: /^small ones/ }).click();
  await expect(page.getByRole('searchbox', { name: 'Filter' })).toHaveValue('status:done model:digits-squeezenet');
  await expect(page.getByRole('columnheader', { name: 'Precision' })).toBeVisible();
  await expect(facets).toBeHidden();
});

test('a pinned baseline gives speed-ups; runs are tagged and noted', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Filter' }).fill('status:done threads:1');
  await expect(page.getByRole('status').filter({ hasText: '8 runs' })).toBeVisible();
  const row = page
    .getByRole('grid')
    .getByRole('row', { name: /original/ })
    .first();
  await row.getByRole('checkbox').check();
  const bar = page.getByRole('region', { name: 'Chosen runs' });
  await bar.getByRole('button', { name: 'Pin as baseline' }).click();
  await expect(row).toContainText('1.00×');
  const speedups = page.getByRole('grid').locator('.number').filter({ hasText: /×$/ });
  await expect(speedups).toHaveCount(8);

  await bar.getByRole('button', { name: 'Tags and note…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Tags and note of a run' });
  await dialog.getByRole('textbox', { name: /^Tags/ }).fill('reference');
  await dialog.getByRole('textbox', { name: /^Tags/ }).press('Enter');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('searchbox', { name: 'Filter' }).fill('tag:reference');
  await expect(page.getByRole('status').filter({ hasText: '1 run' })).toBeVisible();

  await page
    .getByRole('grid')
    .getByRole('button', { name: /^digits-/ })
    .click();
  const run = page.getByRole('dialog', { name: /^Run \d+/ });
  await expect(run).toContainText('What it ran on');
  await expect(run).toContainText('Warm-up');
  await run.getByRole('button', { name: 'Unpin' }).click();
  await page.keyboard.press('Escape');
  await expect(speedups).toHaveCount(0);
});

test('the table is used by keyboard alone', async ({ page }) => {
  const grid = page.getByRole('grid', { name: 'Runs' });
  await grid.focus();
  await page.keyboard.press('End');
  await expect(grid).toHaveAttribute('aria-activedescendant', /-31$/);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(page.getByRole('region', { name: 'Chosen runs' })).toContainText('1 chosen');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^Run \d+/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});
