import { parse } from 'csv-parse/sync';
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { compareRuns, downloaded } from './workbench-page.ts';

/** Numbers of a table's cells. */
const numbers = async (cells: Locator): Promise<number[]> =>
  (await cells.allTextContents()).map((text) => Number(text.replaceAll(/[^\d.-]/g, '')));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function openAccuracy(page: Page, model: string): Promise<void> {
  await page.getByRole('link', { name: model, exact: true }).click();
  await page.getByRole('tab', { name: 'Accuracy' }).click();
}

test('a measured model shows its figures with intervals, and a confusion matrix that adds up to them', async ({
  page,
}) => {
  await openAccuracy(page, 'digits-squeezenet');
  const top1 = page.getByRole('region', { name: 'Figures' }).getByRole('row', { name: /^Top-1 accuracy/ });
  await expect(top1).toContainText(/[\d.]+\s?% – [\d.]+\s?%/);
  const [accuracy, , examples] = await numbers(top1.getByRole('cell'));

  const matrix = page.getByRole('region', { name: 'Confusion matrix' }).getByRole('table');
  await expect(matrix.locator('tbody tr')).toHaveCount(10);
  const right = sum(await numbers(matrix.locator('td.right')));
  expect(sum(await numbers(matrix.locator('td')))).toBe(examples);
  expect(Math.abs((100 * right) / examples! - accuracy!)).toBeLessThan(0.06);
  const classes = page.getByRole('region', { name: 'By class' }).locator('tbody tr');
  await expect(classes).toHaveCount(10);
  expect(sum(await numbers(classes.locator('td:nth-of-type(1)')))).toBe(examples);
  const mistakes = page.getByRole('region', { name: 'Most frequent mistakes' }).locator('tbody tr');
  const [label, answer, count] = await mistakes.first().getByRole('cell').allTextContents();
  await expect(matrix.getByTitle(`label ${label}, answered ${answer}: ${count}`)).toHaveText(count!);

  const advice = page.getByRole('region', { name: 'Recommendation' });
  await expect(advice).toContainText('the fastest that keeps to it');
  await advice.getByLabel('Size at most, kB').fill('1');
  await expect(advice).toContainText('Nothing keeps to this budget.');
  // Only the original has no noise at all.
  await advice.getByLabel('Size at most, kB').fill('100000');
  await advice.getByLabel('SNR at least, dB').fill('500');
  await expect(advice).toContainText('the most accurate that keeps to it');
  await expect(advice.locator('strong')).toContainText('digits-squeezenet');
  await expect(advice.locator('strong')).not.toContainText('fp16');
  await expectAccessible(page, 'Accuracy of a model');
});

test('two models are compared answer by answer, with the inputs whose answer changed', async ({ page }) => {
  await compareRuns(page, 'status:done batch:1 threads:1 variant:original', 2);
  const pair = page.getByRole('region', { name: 'Accuracy, example by example' });
  const top1 = pair.getByRole('row', { name: /^Top-1 accuracy/ });
  const told = pair.getByText(/^\d+ lost, \d+ gained, \d+ wrong both times$/);
  await expect(told).toBeVisible();
  const counts = async (): Promise<number[]> => (await told.innerText()).match(/\d+/g)!.map(Number);
  const [lost, gained, other] = await counts();
  expect(lost! + gained!).toBeGreaterThan(0);
  await expect(top1).toContainText(`only the first right ${lost}×, only the second ${gained}×`);

  const answers = pair.getByRole('list').getByRole('listitem');
  await expect(answers).toHaveCount(Math.min(24, lost! + gained! + other!));
  await expect(answers.getByRole('img', { name: /^Example [\d,]+, label \d$/ })).toHaveCount(await answers.count());
  // A lost answer was right at first and is another now.
  for (const answer of await answers.filter({ hasText: 'lost' }).all()) {
    const [label, first, second] = await answer.locator('dd').allTextContents();
    expect(first).toBe(label);
    expect(second).not.toBe(label);
  }
  await pair.getByRole('button', { name: 'Swap' }).click();
  await expect.poll(counts).toEqual([gained, lost, other]);
  await expect(top1).toContainText(`only the first right ${gained}×, only the second ${lost}×`);
  await pair.getByText('Change by class').click();
  await expect(pair.getByRole('table').nth(1).locator('tbody tr')).toHaveCount(10);
  await expectAccessible(page, 'Compare with changed answers');
});

test('the drift of a variant is drawn layer by layer, and its data say the same as its sentences', async ({ page }) => {
  await openAccuracy(page, 'digits-mobilenet.fp16');
  await page.getByRole('button', { name: 'Compare the layers' }).click();
  const drift = page.getByRole('region', { name: 'Drift, layer by layer' });
  const chart = drift.getByRole('img', { name: /^Signal-to-noise ratio of \d+ layers/ });
  await expect(chart.locator('canvas')).toBeVisible();
  const drawn = Number(/\d+/.exec((await chart.getAttribute('aria-label'))!)![0]);
  const csv = await downloaded(page, () => drift.getByRole('button', { name: /as CSV$/ }).click());
  const layers: Record<string, string>[] = parse(csv.content, { columns: true });
  const differing = layers.filter(({ outcome }) => outcome === 'differs');
  expect(layers.filter(({ outcome }) => outcome !== 'no counterpart')).toHaveLength(drawn);
  // Half precision holds 11 bits: some 66 dB of each rounding, and what layers add up.
  for (const { snr_db, cosine } of differing) {
    expect(Number(snr_db)).toBeGreaterThan(20);
    expect(Number(cosine)).toBeGreaterThan(0.99);
  }
  const start = differing.find(({ snr_db }) => Number(snr_db) < 100)!;
  await expect(drift).toContainText(`Drift starts at ${start['operator']} “${start['tensor']}”`);
  const worst = layers.toSorted((a, b) => Number(b['noise_added']) - Number(a['noise_added']))[0]!;
  await expect(drift.getByRole('table').first().locator('tbody tr').first()).toContainText(worst['tensor']!);
  await expectAccessible(page, 'Accuracy of a variant, with its drift');
});
