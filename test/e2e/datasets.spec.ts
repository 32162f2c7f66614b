import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { npyBytes } from '../fixtures/npy-bytes.ts';
import { writeDigits } from '../fixtures/pictures.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { chooseFiles, goTo, picked } from './workbench-page.ts';
import type { PickedFile } from './workbench-page.ts';

/** Handwritten digits in one folder, as a browser is given them, with the table of their labels. */
async function labelledDigits(count: number): Promise<readonly PickedFile[]> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-e2e-digits-'));
  try {
    const labels = await writeDigits(folder, count);
    const table = ['file,label', ...labels.map((label, index) => `${index}.png,${label}`)].join('\n');
    writeFileSync(join(folder, 'labels.csv'), table);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(png|csv)$/.test(path))
      .map((path) => picked(path.split(/[/\\]/).at(-1)!, readFileSync(join(folder, path))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openImport(page: Page): Promise<void> {
  await goTo(page, 'Datasets');
  await page.getByRole('link', { name: 'Import a dataset…' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Import a dataset' })).toBeVisible();
}

async function picks(page: Page, field: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: field, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

/** The grays of a picture on the page, row by row. */
const grays = (picture: Locator): Promise<number[]> =>
  picture.locator('canvas').evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, pixel) => data[4 * pixel]!);
  });

test('pictures are looked at as the network sees them, imported, removed and brought back', async ({ page }) => {
  const count = 12;
  const files = await labelledDigits(count);
  await openImport(page);
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  await chooseFiles(page, 'Choose files…', [...files, picked('broken.png', 'no picture at all')]);

  await picks(page, 'Preparation', /^Digits/);
  const seen = page.getByRole('region', { name: 'What the network sees' });
  await expect(seen).toContainText('1 × 28 × 28');
  const pictures = seen.getByRole('img', { name: /^Example \d+, label \d$/ });
  await expect(pictures).toHaveCount(count);
  const stroke = await grays(pictures.first());
  expect(stroke).toHaveLength(28 * 28);
  expect(Math.max(...stroke) - Math.min(...stroke)).toBeGreaterThan(100);
  const leftOut = page.getByRole('region', { name: 'Left out' });
  await expect(leftOut.getByRole('row', { name: /^broken\.png/ })).toBeVisible();

  await page.getByLabel('Name', { exact: true }).fill('my digits');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'my digits' })).toBeVisible();
  const balance = page.getByRole('region', { name: 'Class balance' });
  await expect(balance).toContainText(/The largest class has [\d.]+ times the examples of the smallest\./);
  const perClass = await balance.locator('td.number').allTextContents();
  expect(perClass.reduce((sum, text) => sum + Number(text), 0)).toBe(count);
  expect(await grays(page.getByRole('img', { name: /^Example 1, label/ }))).toEqual(stroke);

  await page.getByRole('combobox', { name: 'Does it fit a model?' }).fill('digits-resnet');
  await page
    .getByRole('option', { name: /^digits-resnet/ })
    .first()
    .click();
  await expect(page.getByText('digits-resnet can be run on it.')).toBeVisible();

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const row = page.getByRole('row', { name: /^my digits/ });
  await expect(page.getByRole('heading', { level: 1, name: 'Datasets' })).toBeVisible();
  await expect(row).toBeHidden();
  await page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'Undo' }).click();
  await expect(row).toContainText(String(count));
  // What comes with the program can't be removed.
  await expect(page.getByRole('button', { name: 'Remove: my digits' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove: digits', exact: true })).toHaveCount(0);
});

test('pictures with boxes are imported with how the model writes them', async ({ page }) => {
  const pictures = (await labelledDigits(3)).filter(({ name }) => name.endsWith('.png'));
  const coco = {
    images: pictures.map(({ name }, id) => ({ id, file_name: name })),
    categories: [{ id: 1, name: 'digit' }],
    annotations: [{ image_id: 1, category_id: 1, bbox: [7, 7, 14, 14] }],
  };
  await openImport(page);
  await chooseFiles(page, 'Choose files…', pictures);
  await picks(page, 'Preparation', /^Digits/);
  await picks(page, 'Labels are', /box/i);
  await chooseFiles(page, 'File of labels', [picked('coco.json', JSON.stringify(coco))]);
  await picks(page, 'A box is', 'centre x, y, width, height');
  await picks(page, 'They stand in', 'one output');
  const output = page.getByLabel('Output of six columns');
  await output.fill('');
  await expect(page.getByText('Give the name of the output.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  await expectAccessible(page, 'an import of boxes');
  await output.fill('found');
  await page.getByLabel('Name', { exact: true }).fill('boxed');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'boxed' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('centre x, y, width, height; pixels; found');
  await expect(
    page.getByRole('region', { name: 'Class balance' }).getByRole('row', { name: /^digit 1/ }),
  ).toBeVisible();
});

test('files that hold no examples are refused in one sentence, and a sound array is taken after them', async ({
  page,
}) => {
  await openImport(page);
  const refusal = page.getByRole('main').getByRole('alert');
  for (const [file, why] of [
    [picked('noise.npy', 'this is text'), /noise\.npy.*is not a NumPy \.npy file; save it with numpy\.save/],
    [
      picked('short.npy', npyBytes('<f4', [4, 1, 28, 28], new Float32Array(10))),
      /short\.npy.*declares the shape \[4, 1, 28, 28\] but holds 40 bytes/,
    ],
    [picked('names.npy', npyBytes('|O', [2], new Uint8Array(16))), /names\.npy/],
  ] as const) {
    await chooseFiles(page, 'Choose files…', [file]);
    await expect(refusal).toContainText(why);
    // One sentence, without the place where the upload was kept.
    const sentence = await refusal.locator('p').first().innerText();
    expect(sentence.match(/[.!?](\s|$)/g)).toHaveLength(1);
    expect(sentence).not.toContain('/');
    await expect(page.getByRole('region', { name: 'What the network sees' })).toBeHidden();
  }
  const ramp = Float32Array.from({ length: 3 * 28 * 28 }, (_, index) => (index % 28) / 28);
  await chooseFiles(page, 'Choose files…', [picked('ramps.npy', npyBytes('<f4', [3, 1, 28, 28], ramp))]);
  await expect(refusal).toBeHidden();
  await expect(page.getByRole('region', { name: 'What the network sees' }).getByRole('listitem')).toHaveCount(3);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'ramps' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Facts' })).toContainText('1 × 28 × 28');

  // A folder by class, as a browser sends it: the folders' names are the classes. Boxes have no labels there.
  const folder = mkdtempSync(join(tmpdir(), 'crivo-e2e-classes-'));
  try {
    const labels = await writeDigits(folder, 10);
    await openImport(page);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a folder…' }).click();
    await (await chooser).setFiles(folder);
    const seen = page.getByRole('region', { name: 'What the network sees' });
    await expect(seen.getByRole('img', { name: /^Example \d+, label \d$/ })).toHaveCount(labels.length);
    await page.getByLabel('Name', { exact: true }).fill('by class');
    await page.getByRole('combobox', { name: 'Labels are' }).click();
    await page.getByRole('option', { name: 'boxes', exact: true }).click();
    await page.getByRole('combobox', { name: 'A box is' }).click();
    await page.getByRole('option', { name: 'centre x, y, width, height' }).click();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(refusal).toContainText('Boxes are asked for, but the labels are classes');
    await page.getByRole('combobox', { name: 'Labels are' }).click();
    await page.getByRole('option', { name: 'as found' }).click();
    await expect(page.getByRole('combobox', { name: 'A box is' })).toBeHidden();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'by class' })).toBeVisible();
    const counts = await page.getByRole('region', { name: 'Class balance' }).locator('td.number').allTextContents();
    const distinct = [...new Set(labels)].sort((a, b) => a - b);
    expect(counts.map(Number)).toEqual(distinct.map((label) => labels.filter((other) => other === label).length));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
