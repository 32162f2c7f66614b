import { expect, test } from './fixtures.ts';
import { briefMeasure } from './seed.ts';
import { goTo, startSweep, sweepItem } from './workbench-page.ts';

test.use({ allowedComplaints: /Content Security Policy/ });

test('the policy stops inline script, handlers, and what is not from here', async ({ page }) => {
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible();
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = "document.title = 'inline'";
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML = '<img src="x:y" onerror="document.title = \'handler\'">';
    document.body.append(image);
    const elsewhere = await fetch('http://127.0.0.1:9/').then(
      () => 'fetched',
      (error: unknown) => String(error),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { title: document.title, elsewhere };
  });
  expect(outcome.title).toBe('Models · Crivo');
  expect(outcome.elsewhere).toContain('TypeError');
});

test('a sweep, a tag, a note and a view with markup are shown as they are written, everywhere', async ({ page }) => {
  const hostile = `<img src=x onerror="document.title='hacked'">`;
  const yaml = { name: hostile, models: ['digits-mobilenet', 'digits-squeezenet'], rounds: 1 };
  await startSweep(page, `${JSON.stringify(yaml).slice(0, -1)}, "measure": ${briefMeasure}}`);
  const item = sweepItem(page, hostile);
  await expect(item).toContainText('2 done', { timeout: 60_000 });
  await item.getByRole('link', { name: 'Summary' }).click();
  await expect(page.getByRole('heading', { level: 1, name: hostile })).toBeVisible();
  await page.getByRole('link', { name: 'Results' }).last().click();

  await expect(page.getByRole('status').filter({ hasText: '2 runs' })).toBeVisible();
  for (const box of await page.getByRole('checkbox', { name: /^Choose run/ }).all()) await box.check();
  await page.getByRole('button', { name: 'Tags and note…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Tags/ }).fill(hostile);
  await dialog.getByRole('textbox', { name: /^Tags/ }).press('Enter');
  await dialog.getByRole('textbox', { name: 'Note' }).fill(hostile);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Views' }).click();
  await dialog.getByLabel('Name for the present view').fill(hostile);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('button', { name: hostile }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page
    .getByRole('grid')
    .getByRole('button', { name: /^digits-/ })
    .first()
    .click();
  await expect(dialog.getByText(hostile).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Chosen runs' }).getByRole('link', { name: 'Compare' }).click();
  await expect(page.locator('canvas').first()).toBeVisible();
  await goTo(page, 'New sweep');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(dialog.getByText(hostile)).toBeVisible();
  await expect(page.locator('img')).toHaveCount(0);
  await expect(page).toHaveTitle('New sweep · Crivo');
});
