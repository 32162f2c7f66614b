import { parse } from 'csv-parse/sync';
import type { Locator, Page } from '@playwright/test';
import { systemClock } from '../../main/engine/ports.ts';
import { openDatabase } from '../../main/engine/store/database.ts';
import { createResultStore } from '../../main/engine/store/results.ts';
import { createSweepStore } from '../../main/engine/store/sweeps.ts';
import type { Store } from '../../main/engine/store/store.ts';
import { createSweepWriter } from '../../main/engine/store/write-sweep.ts';
import type { Cell } from '../../shared/sweep.ts';
import { storeComparedSweep } from '../fixtures/compared-sweep.ts';
import {
  exampleEnvironment,
  exampleMeasurement,
  exampleSamples,
  exampleSweep,
  plannedCell,
  seededRandom,
} from '../fixtures/example-run.ts';
import { migrations } from '../fixtures/many-runs.ts';
import { expectAccessible } from './axe.ts';
import { expect, test as base } from './fixtures.ts';
import { compareRuns, downloaded, goTo, sweepItem } from './workbench-page.ts';

const night = (variant: string): Partial<Cell> => ({ modelName: 'night', variant, dataset: null });

/** A cell that was offered three rates of queries in two rounds, the highest of which it kept in one of them only. */
async function storeRates({ sweeps, results }: Pick<Store, 'sweeps' | 'results'>): Promise<void> {
  const rates = [50, 100, 200];
  const cells = rates.map((queriesPerSecond) =>
    plannedCell({ ...night('original'), scenario: { kind: 'server', queriesPerSecond, latencyBoundMs: 15 } }),
  );
  await sweeps.create(exampleSweep(cells, { name: 'rates', rounds: 2 }));
  for (let claimed = sweeps.claimNext(Date.now()); claimed !== null; claimed = sweeps.claimNext(Date.now())) {
    const { id: jobId, cell, round } = claimed.job;
    const offeredPerSecond = cell.scenario.kind === 'server' ? cell.scenario.queriesPerSecond : 0;
    const samplesMs = exampleSamples(200, 2, seededRandom(jobId));
    const server = {
      offeredPerSecond,
      boundMs: 15,
      withinBound: offeredPerSecond < 200 || round === 1,
      completed: 200,
    };
    await results.commit({
      ...{ jobId, startedAt: Date.now(), wallMs: 2_000, seed: 7, device: 'Example CPU', log: '' },
      environment: exampleEnvironment,
      artifact: { precision: 'float32', sizeBytes: 398_000, parentSha256: null },
      outcome: { kind: 'measured', measurement: exampleMeasurement(samplesMs, { server }), samplesMs, rejected: null },
    });
  }
}

/** Beside the seed, whose cells were measured once, two sweeps of several rounds whose truth is known. */
const test = base.extend({
  dataFolder: async ({ dataFolder }, use) => {
    const db = openDatabase(dataFolder, migrations());
    const sweeps = createSweepStore(db, systemClock, createSweepWriter(db, systemClock));
    const store = { sweeps, results: createResultStore(db, systemClock) };
    await storeComparedSweep(store, {
      cells: [
        { cell: night('original'), ratio: 1 },
        { cell: night('half'), ratio: 0.5 },
        { cell: night('double'), ratio: 2 },
        { cell: night('twin'), ratio: 1 },
      ],
    });
    const environment = { governor: 'powersave', kernel: '6.13.0' };
    const noise = { noisyRounds: [2], remeasure: 1 };
    await storeComparedSweep(store, { cells: [{ cell: night('original'), ratio: 1 }], environment, ...noise });
    await storeRates(store);
    db.close();
    await use(dataFolder);
  },
});

/** Opens the page with all runs of the sweeps of this name, so many. */
async function compareSweeps(page: Page, name: RegExp, count: number): Promise<void> {
  await goTo(page, 'Compare');
  await page.getByRole('button', { name: 'Choose sweeps…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Compare sweeps' });
  const sweeps = dialog.getByRole('checkbox', { name });
  await expect(sweeps).toHaveCount(count);
  for (const sweep of await sweeps.all()) await sweep.check();
  await dialog.getByRole('button', { name: 'Compare' }).click();
}

/** What is reached from end to end by a bar, and the point in it, as places on the page. */
async function drawn(row: Locator): Promise<{ readonly left: number; readonly right: number; readonly point: number }> {
  const [bar, point] = await Promise.all(['.interval', '.point'].map((part) => row.locator(part).boundingBox()));
  return { left: bar!.x, right: bar!.x + bar!.width, point: point!.x + point!.width / 2 };
}

test('chosen runs are compared: distributions, differences, their data and pictures', async ({ page }) => {
  await compareRuns(page, 'digits status:done batch:1 threads:1', 4);
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
  await compareSweeps(page, /^seed/, 1);
  // What was measured stands first, and is picked; what could not run follows.
  const first = page.getByRole('region', { name: 'Runs' }).getByRole('listitem').first();
  await expect(first.getByRole('checkbox')).toBeChecked();
  await expect(first).toContainText(/[µm]s/);
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

test('verdicts stand with their interval over the band of noise, and what keeps cells from comparison is red', async ({
  page,
}) => {
  await compareSweeps(page, /^a night/, 2);
  const verdicts = page.getByRole('region', { name: 'Verdicts' });
  const rows = verdicts.getByRole('table').locator('tbody tr');
  await expect(rows).toHaveCount(4);
  await expect(verdicts).toContainText(
    /its control differed from itself over 5 rounds so that up to [\d.]+% is noise\./,
  );

  const interval = /([−+])([\d.,]+)% to ([−+])([\d.,]+)% with 95% confidence over 5 rounds; up to [\d.]+% is noise/;
  const truths = [
    { variant: 'half', verdict: /^faster$/, effect: '100%', change: -50 },
    { variant: 'double', verdict: /^slower$/, effect: '0%', change: 100 },
    { variant: 'twin', verdict: /^no difference found \(could have seen ≥ [\d.]+%\)$/, effect: /^\d+%$/, change: 0 },
  ];
  for (const { variant, verdict, effect, change } of truths) {
    const row = rows.filter({ has: page.getByRole('rowheader', { name: variant }) });
    const cells = row.getByRole('cell');
    await expect(cells.last()).toHaveText(verdict);
    await expect(cells.first()).toHaveText(/^[\d.]+ (µs|ms) ± [\d.]+%$/);
    await expect(cells.nth(3)).toHaveText(effect);
    const told = interval.exec((await cells.nth(2).textContent()) ?? '');
    const [low, high] = [told![1]! + told![2]!, told![3]! + told![4]!].map((end) =>
      Number(end.replace('−', '-').replaceAll(',', '')),
    );
    expect(Math.abs((low! + high!) / 2 - change), variant).toBeLessThan(5);
    expect(low!).toBeLessThan(high!);
    // The bar reaches from end to end, with the point in it, and lies beside the band of noise where the verdict says so.
    const { left, right, point } = await drawn(row);
    expect(point).toBeGreaterThanOrEqual(left - 1);
    expect(point).toBeLessThanOrEqual(right + 1);
    const noise = (await row.locator('.noise').boundingBox())!;
    const place = point < noise.x ? -1 : point > noise.x + noise.width ? 1 : 0;
    expect(place, variant).toBe(Math.sign(change));
  }
  const elsewhere = rows.filter({ hasText: 'not comparable' });
  await expect(elsewhere).toHaveCount(1);
  await expect(elsewhere.getByRole('cell').last()).toHaveText(/^not comparable \(.*governor.*\)$/);
  await expect(elsewhere.locator('.interval')).toHaveCount(0);

  // The runs of both sweeps stand side by side: what they ran on differs in two fields, in red.
  const differences = page.getByRole('region', { name: 'Differences' });
  const red = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('span'));
    probe.style.color = 'var(--bad)';
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
  for (const [name, here, there] of [
    ['Governor', 'performance', 'powersave'],
    ['Kernel', '6.12.0', '6.13.0'],
  ] as const) {
    const row = differences.getByRole('row', { name: new RegExp(`^${name}`, 'i') });
    await expect(row).toContainText(here);
    await expect(row).toContainText(there);
    await expect(row.getByRole('cell').first()).toHaveCSS('color', red);
  }
  await expect(
    differences
      .getByRole('row', { name: /^Median/ })
      .getByRole('cell')
      .first(),
  ).not.toHaveCSS('color', red);
  await expectAccessible(page, 'Compare with verdicts');

  await verdicts.getByText('Throughput', { exact: true }).click();
  await expect(rows.filter({ hasText: 'faster' }).getByRole('rowheader')).toContainText('half');

  // What was measured again stands apart from the cell and the control in 5 rounds.
  await goTo(page, 'Queue');
  const measured = sweepItem(page, 'measured again: 1 done').filter({
    has: page.getByRole('button', { name: /cells$/i }),
  });
  await expect(measured).toContainText('10 done');
  await measured.getByRole('button', { name: 'Cells' }).click();
  await expect(measured.getByRole('table', { name: 'Cells' })).toContainText('round 2 · measured again, 1×');

  // A run of a server tells what all rates of its sweep tell.
  await goTo(page, 'Results');
  await page.getByRole('searchbox', { name: 'Filter' }).fill('model:night sweep:rates');
  await page
    .getByRole('grid')
    .getByRole('button', { name: /^night/ })
    .first()
    .click();
  await expect(page.getByRole('dialog', { name: /^Run \d+/ })).toContainText(
    /Highest rate that keeps it\s*100 queries\/s, but not 200 queries\/s/,
  );
});
