import { en } from '../../renderer/text/en.ts';
import { pageNames, pageTitles } from '../../shared/pages.ts';
import { expectAccessible } from './axe.ts';
import { failure, standBetween } from './between.ts';
import { expect, test } from './fixtures.ts';
import { goTo } from './workbench-page.ts';

test.beforeEach(({ shell }) => test.skip(shell !== 'web', 'Between a page and Electron’s main process nobody stands.'));

/** What is asked for at the page's address; Compare has nothing to load before sweeps are chosen. */
const places = pageNames.map((name) => ({
  title: pageTitles.en[name],
  address: name === 'compare' ? '#/compare?sweeps=1' : `#/${name}`,
}));

test('each page tells that it loads', async ({ page }) => {
  const between = await standBetween(page);
  const loading = page.getByRole('main').getByRole('status', { name: en.common.loading });
  const { origin } = new URL(page.url());
  for (const { title, address } of places) {
    between.set('keep');
    await page.goto('about:blank');
    await page.goto(`${origin}/${address}`);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(loading.first(), title).toBeVisible();
    await expect(page.getByRole('main').getByRole('alert'), title).toHaveCount(0);
    between.set('pass');
    await expect(loading, title).toHaveCount(0);
  }
});

test('each page that could not be loaded says why and can be asked again', async ({ page }) => {
  test.setTimeout(300_000);
  const between = await standBetween(page);
  const { origin } = new URL(page.url());
  const main = page.getByRole('main');
  const again = main.getByRole('button', { name: en.common.retry });
  for (const { title, address } of places) {
    between.set('fail');
    await page.goto('about:blank');
    await page.goto(`${origin}/${address}`);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(main.getByRole('alert').filter({ hasText: failure.message }).first(), title).toBeVisible();
    await expectAccessible(page, `${title} that failed`);
    between.set('pass');
    await expect(async () => {
      if ((await again.count()) > 0) await again.first().click({ timeout: 1_000 });
      await expect(main.getByRole('alert'), title).toHaveCount(0, { timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  }
});

test('what failed for want of a connection is fetched by itself when it is back', async ({ page }) => {
  const between = await standBetween(page);
  await page.reload();
  await goTo(page, 'Results');
  await expect(page.getByRole('grid')).toBeVisible();
  between.set('keep');
  await goTo(page, 'History');
  await between.cut();
  await expect(page.getByText(en.common.connection.lost)).toBeVisible();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('results.history');
  await expectAccessible(page, 'History without a connection');
  between.set('pass');
  await expect(page.locator('canvas').first()).toBeVisible();
  await expect(page.getByText(en.common.connection.lost)).toBeHidden();
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
});

test('events that never came are noticed by the gap they leave, and all is fetched again', async ({
  page,
  context,
}) => {
  const between = await standBetween(page);
  await page.reload();
  await expect(page.getByRole('link', { name: 'digits-resnet', exact: true })).toBeVisible();
  const other = await context.newPage();
  await other.goto(page.url());
  await goTo(other, 'Settings');
  between.set('keep');
  await other.getByText(en.settings.themes.dark, { exact: true }).click();
  await expect(other.locator('html')).toHaveAttribute('data-theme', 'dark');
  between.set('pass');
  // The next event is of something else, and tells by its number that one is missing.
  await goTo(other, 'Models');
  await other.getByRole('button', { name: 'More actions: digits-resnet' }).click();
  await other.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(page.getByRole('link', { name: 'digits-resnet', exact: true })).toBeHidden();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test.describe('with nothing measured', () => {
  test.use({ start: 'fresh' });
  test('each page says what is missing and leads on', async ({ page }) => {
    test.setTimeout(300_000);
    const { queue, results, compare, history } = en;
    await expectAccessible(page, 'a first start');
    for (const [title, told] of [
      ['Queue', queue.emptyTitle],
      ['Results', results.emptyTitle],
      ['Compare', compare.emptyTitle],
      ['History', history.emptyTitle],
    ] as const) {
      await goTo(page, title);
      await expect(page.getByRole('main').getByText(told)).toBeVisible();
      await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
      await expectAccessible(page, `${title} without runs`);
    }
  });
});
