/** What specs do again and again. */
import { readFileSync } from 'node:fs';
import type { Download, Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** Goes to a page by the sidebar. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Puts YAML into the New sweep page, and waits until it is planned. */
export async function writeSweep(page: Page, yaml: string): Promise<void> {
  await goTo(page, 'New sweep');
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByRole('textbox', { name: 'The sweep as YAML' }).fill(yaml);
  await expect(page.getByRole('region', { name: 'Plan' }).getByText('Runs', { exact: true })).toBeVisible();
}

/** Queues a sweep and starts the queue; ends on the Queue page. */
export async function startSweep(page: Page, yaml: string): Promise<void> {
  await writeSweep(page, yaml);
  await page.getByRole('button', { name: 'Start now' }).click();
  await expect(page).toHaveTitle('Queue · Crivo');
}

/** One sweep of the queue. */
export const sweepItem = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: 'Sweeps' }).getByRole('listitem').filter({ hasText: name });

/** The content of what is downloaded while `act` runs. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: download.suggestedFilename(), content: await contentOf(download) };
}

async function contentOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path());
}

/** A sweep of one model whose only cell would take a minute, so that it runs as long as a spec needs it to. */
export const longSweep = (name: string): string =>
  `name: ${name}\nmodels: [digits-squeezenet]\nmeasure: { minDurationMs: 60000, maxDurationMs: 60000, warmupMaxMs: 100 }\nrounds: 1\n`;

/** Chooses the runs that a filter leaves, so many, and opens them on the Compare page. */
export async function compareRuns(page: Page, filter: string, count: number): Promise<void> {
  await goTo(page, 'Results');
  await page.getByRole('searchbox', { name: 'Filter' }).fill(filter);
  const boxes = page.getByRole('grid').getByRole('checkbox', { name: /^Choose run/ });
  await expect(boxes).toHaveCount(count);
  for (const box of await boxes.all()) await box.check();
  await page.getByRole('region', { name: 'Chosen runs' }).getByRole('link', { name: 'Compare' }).click();
}

export interface PickedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A file to be picked in a browser. */
export const picked = (name: string, content: Buffer | string): PickedFile => ({
  ...{ name, mimeType: '' },
  buffer: Buffer.from(content),
});

/** Picks files behind a button. */
export async function chooseFiles(page: Page, button: string, files: readonly PickedFile[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles([...files]);
}

/** Chooses a model and calibration data on the Optimize page. */
export async function chooseForOptimizing(page: Page, model: string, dataset: string): Promise<void> {
  await goTo(page, 'Optimize');
  await page.getByRole('combobox', { name: 'Model' }).fill(model);
  await page.getByRole('option', { name: model }).first().click();
  await page.getByRole('combobox', { name: 'Calibration data' }).click();
  await page.getByRole('option', { name: dataset }).click();
}
