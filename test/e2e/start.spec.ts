import { expect, test } from './fixtures.ts';

test.use({ start: 'fresh' });

test('a first start shows the starter models and a button that runs the quickstart', async ({ page }) => {
  await expect(page).toHaveTitle('Models · Crivo');
  for (const name of ['digits-mobilenet', 'digits-resnet', 'digits-squeezenet'])
    await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Start here' })).toBeVisible();
  await page.getByRole('button', { name: 'Run the quickstart sweep' }).click();
  await expect(page).toHaveTitle('Queue · Crivo');
  await expect(page.getByRole('region', { name: 'Measuring now' })).toContainText('digits-');
});
