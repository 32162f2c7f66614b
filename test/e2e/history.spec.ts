import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expectAccessible } from './axe.ts';
import { expect, starterFile, test as base } from './fixtures.ts';
import { briefMeasure } from './seed.ts';
import { root } from './workbench-host.ts';
import { downloaded, goTo } from './workbench-page.ts';

/** A network that was replaced by a slower one of its name, measured four times before and after. */
function measureTwoVersions(data: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-e2e-history-'));
  const crivo = (...args: string[]): void =>
    void execFileSync(process.execPath, [join(root, 'bin/crivo.cjs'), '--data', data, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  try {
    for (const [version, model] of Object.entries({ old: 'digits-mobilenet', new: 'digits-resnet' })) {
      mkdirSync(join(folder, version));
      // With another producer's name (a field of the file's outermost message), for Crivo knows its own networks by their content.
      const content = Buffer.concat([readFileSync(starterFile(model)), Buffer.from('\x12\x04spec')]);
      writeFileSync(join(folder, version, 'net.onnx'), content);
      const file = join(folder, `${version}.yml`);
      writeFileSync(
        file,
        `name: net ${version}\nmodels: [./${version}/net.onnx]\nthreads: [1]\nmeasure: ${briefMeasure}\nrounds: 4\nremeasureNoisy: 0\n`,
      );
      if (version === 'new') crivo('model', 'remove', 'net');
      crivo('sweep', 'run', file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

base.use({ start: 'fresh' });
const test = base.extend({
  dataFolder: async ({ dataFolder }, use) => {
    measureTwoVersions(dataFolder);
    await use(dataFolder);
  },
});

test('a cell that became slower is listed with what changed, drawn, noted and acknowledged', async ({ page }) => {
  await goTo(page, 'History');
  const changes = page.getByRole('region', { name: 'Changes' });
  const change = changes.getByRole('row', { name: /net · original · cpu · batch 1 · 1 thread/ });
  await expect(change).toContainText(/model: [0-9a-f]{12} → [0-9a-f]{12}/);
  await expect(change).toContainText(/\+[\d,]+\.\d% \([−+][\d,]+\.\d% to \+[\d,]+\.\d%\)/);

  await change.getByRole('link').click();
  const line = page.getByRole('region', { name: /^net · original/ });
  await expect(line.getByRole('img', { name: /Median latency of net .* over 8 runs/ })).toBeVisible();
  const canvas = line.locator('canvas');
  const picture = (): Promise<string> => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  const byTime = await picture();
  await line.getByText('Runs in order').click();
  await expect.poll(picture).not.toBe(byTime);
  const csv = await downloaded(page, () => line.getByRole('button', { name: /as CSV$/ }).click());
  const records: Record<string, string>[] = parse(csv.content, { columns: true });
  expect(records).toHaveLength(8);
  expect(new Set(records.map(({ level_ms }) => level_ms)).size).toBeGreaterThanOrEqual(2);

  await expectAccessible(page, 'History with a change and its line');
  await change.getByRole('button', { name: /^Note on the change/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Note on the change of net/ });
  await dialog.getByRole('textbox', { name: 'Note' }).fill('a deeper network, wanted');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(change).toContainText('a deeper network, wanted');
  await change.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(change).toBeHidden();
  await page.reload();
  await expect(changes).toBeVisible();
  await expect(change).toBeHidden();
  await changes.getByRole('checkbox', { name: 'Also acknowledged ones' }).check();
  await expect(change).toContainText('acknowledged');
  await expect(change).toContainText('a deeper network, wanted');
  await change.getByRole('button', { name: 'Not acknowledged after all' }).click();
  await expect(change.getByRole('button', { name: 'Acknowledge' })).toBeVisible();
});

test('a run is pinned as the baseline of its cell, by keyboard, and stays so', async ({ page }) => {
  await goTo(page, 'History');
  await page.getByRole('searchbox', { name: 'Search cells' }).fill('net original cpu');
  const cells = page.getByRole('table', { name: 'Cells' });
  const cell = cells.getByRole('row', { name: /^net · original/ });
  await expect(cell).toBeVisible();
  await expect(cell.getByRole('cell').first()).toHaveText('8');
  await cell.getByRole('link').focus();
  await page.keyboard.press('Enter');
  const runs = page.getByRole('table', { name: 'Runs of this cell' });
  const first = runs.getByRole('row').last();
  await first.getByRole('button', { name: /^Pin as baseline: run \d+/ }).focus();
  await page.keyboard.press('Enter');
  await expect(first).toContainText('Baseline');
  await expect(page.getByText(/The last level against the baseline, run \d+: \S/)).toBeVisible();
  await page.reload();
  await expect(first).toContainText('Baseline');
  await expect(page.getByRole('link', { name: 'Compare with the baseline' })).toHaveAttribute(
    'href',
    /#\/compare\?ids=\d+%2C\d+/,
  );
  await first.getByRole('button', { name: 'Unpin' }).click();
  await expect(first.getByRole('button', { name: /^Pin as baseline/ })).toBeVisible();
});

base('without runs the page says how a history begins', async ({ page }) => {
  await goTo(page, 'History');
  await expect(page.getByText('There is no history yet')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'New sweep' }).click();
  await expect(page).toHaveTitle('New sweep · Crivo');
});
