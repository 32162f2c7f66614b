import { parse } from 'csv-parse/sync';
import { expect, test } from './fixtures.ts';
import { compareRuns, downloaded, goTo } from './workbench-page.ts';

test('chosen runs are compared: distributions, differences, their data and pictures', async ({ page }) => {
  await compareRuns(page, 'status:done batch:1 threads:1', 4);
  const runs = page.getByRole('region', { name: 'Runs' });
  await expect(runs.getByRole('listitem')).toHaveCount(4);

  const distribution = page.getByRole('region', { name: 'Latency distribution' });
  const canvas = distribution.locator('canvas');
  const picture = (): Promise<string> => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  await expect(canvas).toBeVisible();
  const box = await picture();
  await distribution.getByText('Violin').click();
  await expect.poll(picture).not.toBe(box);

  const csv = await downloaded(page, () =>
    page.getByRole('button', { name: 'Save the data of "Cumulative distribution" as CSV' }).click(),
  );
  const records: Record<string, string>[] = parse(csv.content, { columns: true });
  expect(new Set(records.map(({ run }) => run)).size).toBe(4);
  for (const { latency_ms, samples } of records)
    expect([Number(latency_ms) > 0, Number(samples) >= 20]).toEqual([true, true]);
  const png = await downloaded(page, () =>
    page.getByRole('button', { name: 'Save "Latency distribution" as a picture' }).click(),
  );
  expect(png.content.subarray(1, 4).toString()).toBe('PNG');
  expect(png.content.byteLength).toBeGreaterThan(5_000);

  const differences = page.getByRole('region', { name: 'Differences' }).getByRole('table');
  await expect(differences.getByRole('row', { name: /^Variant/ })).toContainText('fp16');
  await expect(differences.getByRole('row', { name: /^Median/ })).toContainText(/[\d.]+×/);
  await runs.getByRole('button', { name: 'Make reference' }).first().click();
  await expect(runs.getByRole('listitem').nth(1)).toContainText('reference');
  await runs.getByRole('checkbox').first().uncheck();
  await expect(differences.locator('thead th')).toHaveCount(4);
});

test('whole sweeps are compared: scaling, Pareto front, operators', async ({ page }) => {
  await goTo(page, 'Compare');
  await expect(page.getByText('Nothing is chosen to compare')).toBeVisible();
  await page.getByRole('button', { name: 'Choose sweeps…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Compare sweeps' });
  await dialog.getByRole('checkbox', { name: /^seed/ }).check();
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('region', { name: 'Latency by batch size' }).locator('canvas')).toBeVisible();
  await page.getByRole('region', { name: 'Latency by batch size' }).getByText('Threads').click();
  await expect(page.getByRole('region', { name: 'Throughput by threads' }).locator('canvas')).toBeVisible();
  const pareto = page.getByRole('region', { name: 'Latency, accuracy and size' });
  await expect(pareto.locator('ol').getByRole('listitem').first()).toContainText('%');
  const csv = await downloaded(page, () => pareto.getByRole('button', { name: /as CSV$/ }).click());
  const cells: Record<string, string>[] = parse(csv.content, { columns: true });
  expect(cells).toHaveLength(16);
  const front = cells.filter((cell) => cell['on_front'] === 'yes');
  const fastest = Math.min(...cells.map((cell) => Number(cell['median_ms'])));
  expect(front.map((cell) => Number(cell['median_ms']))).toContain(fastest);
  await expect(page.getByRole('region', { name: 'Time by operator' }).first()).toContainText('Conv');
});
