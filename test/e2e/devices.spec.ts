import { expect, test } from './fixtures.ts';
import { goTo } from './workbench-page.ts';

test('the machine shows its processor, what works on what proof, why others do not, and what it does now', async ({
  page,
}) => {
  await goTo(page, 'Devices');
  await expect(page.getByRole('region', { name: 'Processors' }).getByRole('article').first()).toContainText('CPU');
  const providers = page.getByRole('region', { name: 'Execution providers' });
  await expect(providers.getByRole('row', { name: /^cpu/ })).toContainText(/works.*4 of 4 nodes/);
  const coreml = providers.getByRole('row', { name: /^coreml/ });
  if (process.platform !== 'darwin') await expect(coreml).toContainText(/not usable.*only on macOS.*Use/);
  const now = page.getByRole('region', { name: 'Now' });
  await expect(now.getByRole('img', { name: /^Memory: [\d.]+ [MG]B/ })).toBeVisible();
  // A line needs two readings.
  await expect(now.locator('polyline').first()).toHaveAttribute('points', /\S+ \S+/);
  await expect(page.getByRole('region', { name: 'Environment of runs' })).toContainText('ONNX Runtime');
  const probed = page.getByText(/^Probed /);
  await expect(probed).toBeVisible();
  await page.getByRole('button', { name: 'Probe again' }).click();
  await expect(page.getByText('Running a small model on every provider')).toBeVisible();
  await expect(page.getByText('Running a small model on every provider')).toBeHidden();
  await expect(providers.getByRole('row', { name: /^cpu/ })).toContainText('works');
});
