/** Every place of the workbench that a person sees, by name: how to get there on a data folder with measured runs. */
import type { Locator } from '@playwright/test';
import type { Stage } from './stage.ts';

export type Place = (stage: Stage) => Promise<void>;

const button = ({ page }: Stage, name: string): Locator => page.getByRole('button', { name, exact: true });
const panel = ({ page }: Stage, name: string): Locator => page.getByRole('region', { name, exact: true });

const model =
  (name: string, tab?: string): Place =>
  async (stage) => {
    await stage.go('models');
    await stage.page.getByRole('link', { name, exact: true }).click();
    await panel(stage, stage.text.models.facts).waitFor();
    if (tab !== undefined) await stage.page.getByRole('tab', { name: tab, exact: true }).click();
  };
const page =
  (address: string, then?: Place): Place =>
  async (stage) => {
    await stage.go(address);
    await then?.(stage);
  };
/** Chooses the runs that a filter finds, and compares them. */
const compared =
  (where: string, then?: Place): Place =>
  async (stage) => {
    const { text } = stage;
    await stage.go(`results?where=${encodeURIComponent(where)}`);
    const grid = stage.page.getByRole('grid');
    await grid.getByRole('checkbox').nth(1).waitFor();
    await grid.getByRole('checkbox').first().check();
    const bar = panel(stage, text.results.chosenRegion);
    await bar.getByRole('link', { name: text.results.compare }).click();
    await stage.page.locator('canvas').first().waitFor();
    await then?.(stage);
  };
/** Scrolls to a part of the page, which then stands below the page's own heading. */
const shown =
  (find: (stage: Stage) => Locator): Place =>
  async (stage) => {
    await find(stage)
      .first()
      .evaluate((element) => {
        if (!(element instanceof HTMLElement)) return;
        element.style.scrollMarginTop = '68px';
        element.scrollIntoView({ block: 'start' });
      });
  };
const optimize = (then?: Place): Place =>
  page('optimize?model=digits-resnet', async (stage) => {
    const { page, text } = stage;
    await page.getByRole('checkbox', { name: 'fp16', exact: true }).waitFor();
    await page.getByRole('combobox', { name: text.optimize.dataset }).click();
    await page
      .getByRole('option', { name: /^digits/ })
      .first()
      .click();
    await then?.(stage);
  });
const openDialog =
  (name: (stage: Stage) => string): Place =>
  (stage) =>
    button(stage, name(stage)).click();
const oneThread = 'status:done model:digits-resnet batch:1 threads:1 round:1';

/** In the order of the sidebar. */
export const places: Readonly<Record<string, Place>> = {
  models: page('models', async ({ page }) => page.getByRole('row').nth(3).waitFor()),
  'models-menu': page('models', ({ page, text }) =>
    page.getByRole('button', { name: `${text.common.more}: digits-resnet`, exact: true }).click(),
  ),
  'models-edit': page('models', async ({ page, text }) => {
    await page.getByRole('button', { name: `${text.common.more}: digits-resnet`, exact: true }).click();
    await page.getByRole('menuitem', { name: text.models.edit }).click();
  }),
  'models-chosen': page('models', async ({ page, text }) => {
    for (const name of ['digits-resnet', 'digits-mobilenet'])
      await page.getByRole('checkbox', { name: text.models.select(name), exact: true }).check();
  }),
  'models-compare': page('models', async ({ page, text }) => {
    for (const name of ['digits-resnet', 'digits-mobilenet'])
      await page.getByRole('checkbox', { name: text.models.select(name), exact: true }).check();
    await page.getByRole('link', { name: text.models.compareSelected }).click();
    await page.getByRole('application').nth(1).waitFor();
  }),
  'models-nothing-found': page('models', ({ page, text }) =>
    page.getByRole('searchbox', { name: text.models.search }).fill('zzz'),
  ),
  'model-overview': model('ch_PP-OCRv4_det_infer'),
  'model-overview-variant': model('digits-resnet.int8-static'),
  'model-accuracy': (stage) => model('digits-resnet.int8-static', stage.text.models.tabs.accuracy)(stage),
  'model-accuracy-none': (stage) => model('ch_PP-OCRv4_det_infer', stage.text.models.tabs.accuracy)(stage),
  'model-graph': async (stage) => {
    await model('ch_PP-OCRv4_det_infer', stage.text.models.tabs.graph)(stage);
    await stage.page.getByRole('application').waitFor();
  },
  'model-graph-node': async (stage) => {
    await model('digits-mobilenet', stage.text.models.tabs.graph)(stage);
    await stage.page.getByRole('searchbox', { name: stage.text.models.graph.find }).fill('Conv');
    await stage.page
      .getByRole('complementary', { name: stage.text.models.graph.nodeList })
      .getByRole('button', { name: /Conv/ })
      .first()
      .click();
  },
  'model-lineage': (stage) => model('digits-resnet', stage.text.models.tabs.lineage)(stage),
  'model-report': (stage) => model('digits-resnet.int8-static', stage.text.models.tabs.report)(stage),
  datasets: page('datasets'),
  dataset: page('datasets', async ({ page }) => {
    await page.getByRole('link', { name: 'handwriting', exact: true }).click();
    await page.getByRole('img').first().waitFor();
  }),
  'dataset-import': page('datasets/import'),
  devices: page('devices', async ({ page }) => page.getByRole('row', { name: /^cpu/ }).waitFor()),
  'devices-below': page('devices', async (stage) => {
    await stage.page.getByRole('row', { name: /^cpu/ }).waitFor();
    await shown((stage) => panel(stage, stage.text.devices.environment))(stage);
  }),
  optimize: optimize(),
  'optimize-recipe': optimize(({ page }) => page.getByRole('button', { name: /^int8-static/ }).click()),
  'optimize-pruning': optimize(async (stage) => {
    await stage.page.getByRole('button', { name: /^prune-25/ }).click();
    const pruning = panel(stage, stage.text.optimize.pruning);
    await pruning.getByRole('button', { name: stage.text.optimize.analyze, exact: true }).click();
    await pruning.getByRole('table').first().waitFor({ timeout: 120_000 });
    await shown(() => pruning)(stage);
  }),
  'optimize-search': optimize(async (stage) => {
    const search = panel(stage, stage.text.optimize.search);
    await search.getByRole('button', { name: stage.text.optimize.search }).click();
    await search.getByRole('progressbar').waitFor();
    await search.getByRole('table').waitFor({ timeout: 180_000 });
  }),
  'optimize-made': optimize(async (stage) => {
    const { page, text } = stage;
    for (const name of ['fp16', 'graph-basic']) await page.getByRole('checkbox', { name, exact: true }).check();
    await page.getByRole('button', { name: text.optimize.makeMany('2') }).click();
    const made = panel(stage, text.optimize.jobs);
    await made.getByRole('button', { name: text.optimize.showReport }).nth(1).waitFor({ timeout: 60_000 });
    await made.getByRole('button', { name: text.optimize.showReport }).first().click();
  }),
  sweep: page('sweep?example=quickstart', async (stage) =>
    panel(stage, stage.text.sweep.plan).getByText(stage.text.sweep.runs, { exact: true }).waitFor(),
  ),
  'sweep-below': page('sweep?example=overnight', async (stage) => {
    await panel(stage, stage.text.sweep.plan).getByText(stage.text.sweep.runs, { exact: true }).waitFor();
    await shown((stage) => panel(stage, stage.text.sweep.measuring))(stage);
  }),
  'sweep-yaml': page('sweep?example=overnight', ({ page, text }) =>
    page.getByRole('tab', { name: text.sweep.tabs.yaml }).click(),
  ),
  'sweep-yaml-wrong': page('sweep?example=overnight', async ({ page, text }) => {
    await page.getByRole('tab', { name: text.sweep.tabs.yaml }).click();
    await page
      .getByRole('textbox', { name: text.sweep.yamlLabel })
      .fill('name: wrong\nmodels: [nothing]\nbatchsizes: [0]\nrounds: -1\n');
  }),
  'sweep-cells': page('sweep?example=overnight', async (stage) => {
    await panel(stage, stage.text.sweep.plan).getByText(stage.text.sweep.runs, { exact: true }).waitFor();
    await stage.page.getByRole('tab', { name: stage.text.sweep.tabs.cells }).click();
  }),
  'sweep-open': page(
    'sweep',
    openDialog(({ text }) => text.sweep.open),
  ),
  'sweep-schedule': page(
    'sweep?example=quickstart',
    openDialog(({ text }) => text.sweep.schedule),
  ),
  queue: page('queue'),
  'queue-cells': page('queue', (stage) => button(stage, stage.text.queue.cells).first().click()),
  results: page('results', async ({ page }) => page.getByRole('grid').getByRole('checkbox').nth(1).waitFor()),
  'results-chosen': page(`results?where=${encodeURIComponent(oneThread)}`, async ({ page }) =>
    page.getByRole('grid').getByRole('checkbox').first().check(),
  ),
  'results-groups': page('results?where=status%3Adone&group=variant', async ({ page }) =>
    page.getByRole('treegrid').getByRole('row', { level: 1 }).first().click(),
  ),
  'results-run': page('results?where=status%3Adone', ({ page }) =>
    page
      .getByRole('grid')
      .getByRole('button', { name: /^digits-/ })
      .first()
      .click(),
  ),
  'results-export': page(
    'results',
    openDialog(({ text }) => text.results.export),
  ),
  'results-columns': page(
    'results',
    openDialog(({ text }) => text.results.chooseColumns),
  ),
  'results-views': page(
    'results',
    openDialog(({ text }) => text.results.views),
  ),
  'results-help': page(
    'results',
    openDialog(({ text }) => text.results.queryHelp),
  ),
  'results-annotate': page(`results?where=${encodeURIComponent(oneThread)}`, async (stage) => {
    await stage.page.getByRole('grid').getByRole('checkbox').first().check();
    await button(stage, stage.text.results.annotate).click();
  }),
  'results-nothing-found': page('results?where=zzz'),
  'results-wrong-filter': page('results?where=batch%3E%3E8'),
  'compare-nothing': page('compare'),
  'compare-sweeps': page('compare', ({ page, text }) =>
    page.getByRole('button', { name: text.compare.chooseSweeps }).first().click(),
  ),
  compare: compared(oneThread),
  'compare-violin': compared(oneThread, async (stage) => {
    await stage.page.getByText(stage.text.compare.violin).click();
    await shown((stage) => panel(stage, stage.text.compare.distribution))(stage);
  }),
  'compare-differences': compared(
    oneThread,
    shown((stage) => panel(stage, stage.text.compare.differences)),
  ),
  'compare-accuracy': compared(
    oneThread,
    shown((stage) => panel(stage, stage.text.accuracy.compareTitle)),
  ),
  'compare-scaling': page(
    'compare?sweeps=1',
    shown((stage) => panel(stage, stage.text.compare.latencyOver(stage.text.compare.batchAxis))),
  ),
  'compare-pareto': page(
    'compare?sweeps=1',
    shown((stage) => panel(stage, stage.text.compare.pareto)),
  ),
  'compare-recommend': page(
    'compare?sweeps=1',
    shown((stage) => panel(stage, stage.text.compare.recommend)),
  ),
  'compare-operators': compared(
    oneThread,
    shown((stage) => panel(stage, stage.text.compare.operators)),
  ),
  history: page('history'),
  'history-cell': page('history', async ({ page }) => {
    await page.getByRole('table').getByRole('link').first().click();
    await page.locator('canvas').first().waitFor();
  }),
  'compare-verdicts': page(
    'compare?sweeps=1',
    shown((stage) => panel(stage, stage.text.compare.verdicts)),
  ),
  'queue-summary': page('queue', async (stage) => {
    await stage.page.getByRole('link', { name: stage.text.queue.summary, exact: true }).last().click();
  }),
  settings: page('settings'),
  'settings-log': page('settings', async (stage) => {
    await stage.page.getByText(stage.text.settings.logShows.all, { exact: true }).click();
    await shown((stage) => panel(stage, stage.text.settings.log))(stage);
  }),
  'queue-running': async (stage) => {
    const { page, text } = stage;
    await stage.go('sweep?example=overnight');
    await button(stage, text.sweep.start).click();
    await panel(stage, text.queue.current).locator('polyline').waitFor({ timeout: 60_000 });
    await page.waitForTimeout(6000);
  },
  'no-such-page': page('models', async ({ page }) => {
    await page.evaluate(() => (location.hash = '#/nowhere'));
  }),
};
