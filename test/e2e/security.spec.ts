import { expect, test } from './fixtures.ts';

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
