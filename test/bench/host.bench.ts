import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import type { Browser, BrowserContext, Page } from 'playwright';
import { openForReading } from '../../main/engine/store/database.ts';
import type { Connection } from '../../main/engine/store/database.ts';
import { studentQuantile } from '../../main/engine/measure/student-t.ts';
import { writeModel } from '../../main/engine/onnx/write-model.ts';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { builtCrivo } from '../fixtures/built.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';
import { largeModel } from './large-model.ts';
import { openWindow, startMeasuredHost } from './web-host.ts';

/** Runs in a row with the window open, or without; the first of them is still opening or closing it, and isn't counted. */
const runsInRow = 3;
const changes = 20;
const lookMs = 50;
/** What an open window may cost what is measured. */
const mostWithWindow = 1.02;
const imports = 3;

/** The built web host at work: how long its main process stands still, and what an open window costs what is measured. */
export default async function hostBench(): Promise<readonly BenchFigure[]> {
  const bin = await builtCrivo();
  const folder = await mkdtemp(join(tmpdir(), 'crivo-bench-host-'));
  const browser = await chromium.launch(chromiumLaunch());
  try {
    return [
      ...(await sweep(browser, bin, join(folder, 'sweep'))),
      ...(await importing(browser, join(folder, 'import'), folder)),
    ];
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One sweep of one cell, with its Queue page open by turns. */
async function sweep(browser: Browser, bin: string, dataFolder: string): Promise<readonly BenchFigure[]> {
  const runs = runsInRow * changes;
  const file = `${dataFolder}.yml`;
  await writeFile(
    file,
    `name: watched\nmodels: [digits-squeezenet]\nrounds: ${runs}\ncontrol: false\nremeasureNoisy: 0\nmeasure: { minDurationMs: 1500, maxDurationMs: 1500 }\n`,
  );
  const crivo = promisify(execFile);
  await crivo(process.execPath, [bin, '--data', dataFolder, 'doctor']);
  await crivo(process.execPath, [bin, '--data', dataFolder, 'sweep', 'queue', file]);
  const host = await startMeasuredHost(dataFolder);
  const { context, page } = await openWindow(browser, host.url);
  const address = `${new URL(host.url).origin}/#/queue`;
  await page.goto(address);
  await page.getByText('watched').first().waitFor();
  // What starting took is another figure.
  await host.loopDelay();
  const db = openForReading(dataFolder);
  const stored = storedRuns(db);
  let charts = 0;
  let open: Page | null = page;
  for (let change = 0; change < changes; change += 1) {
    open = await shown(context, open, hasWindow(change) ? address : null);
    while (stored().length < (change + 1) * runsInRow) {
      await sleep(lookMs);
      if (open !== null && charts <= change && (await open.locator('svg polyline').count()) > 0) charts = change + 1;
    }
  }
  const delay = await host.loopDelay();
  const medians = stored();
  db.close();
  await context.close();
  await host.stop();
  if (charts === 0) throw new Error('The running chart was never seen: the window showed nothing of the sweep.');
  const ratios = inPairs(medians);
  const { ratio, low, high } = meanRatio(ratios);
  const decision =
    high <= mostWithWindow ? 'costs less' : low > mostWithWindow ? 'costs more' : 'undecided: more pairs are needed';
  return [
    {
      name: 'median latency with the window and its running chart over without, upper end of its 95% interval',
      ...{ value: high, unit: '×', target: mostWithWindow, better: 'lower' },
      note: `${decision}; ratio ${ratio.toFixed(4)}, ${low.toFixed(4)}–${high.toFixed(4)}, of ${ratios.length} pairs of ${2 * (runsInRow - 1)} runs in one sweep, ${Math.min(...ratios).toFixed(3)}–${Math.max(...ratios).toFixed(3)}`,
    },
    {
      name: 'longest stall of the main process through a sweep with its window',
      ...{ value: delay.maxMs, unit: 'ms', target: 50, better: 'lower' },
      note: `${runs} runs, 99th percentile ${delay.p99Ms.toFixed(1)} ms`,
    },
  ];
}

/** Open first, or closed first, in turn, so that a drift of the machine favours neither. */
const hasWindow = (change: number): boolean => [0, 3].includes(change % 4);

/** A page at the address, or none; a new one each time, as a person would open it. */
async function shown(context: BrowserContext, page: Page | null, address: string | null): Promise<Page | null> {
  if (address === null) {
    await page?.close();
    return null;
  }
  if (page !== null) return page;
  const opened = await context.newPage();
  await opened.goto(address);
  return opened;
}

/** Median latencies of all stored runs, in order, ms. */
function storedRuns(db: Connection): () => readonly number[] {
  const statement = db.prepare<[], number | null>('SELECT p50_ms FROM runs ORDER BY id').pluck();
  return () =>
    statement.all().map((p50Ms) => {
      if (p50Ms === null) throw new Error('A run of the sweep failed.');
      return p50Ms;
    });
}

/** The mean with the window over that without, for each two neighbouring stretches. */
function inPairs(medians: readonly number[]): readonly number[] {
  const means = Array.from({ length: changes }, (_, change) => {
    const counted = medians.slice(change * runsInRow + 1, (change + 1) * runsInRow);
    return counted.reduce((sum, value) => sum + value, 0) / counted.length;
  });
  return Array.from({ length: changes / 2 }, (_, pair) => {
    const [one, other] = [means[2 * pair]!, means[2 * pair + 1]!];
    return hasWindow(2 * pair) ? one / other : other / one;
  });
}

/** Geometric mean of ratios with Student's 95% interval. */
function meanRatio(ratios: readonly number[]): { readonly ratio: number; readonly low: number; readonly high: number } {
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const margin = studentQuantile(0.05, logs.length - 1) * Math.sqrt(variance / logs.length);
  return { ratio: Math.exp(mean), low: Math.exp(mean - margin), high: Math.exp(mean + margin) };
}

/** A model of 100 MB through the page: uploaded, hashed, stored and inspected. */
async function importing(browser: Browser, dataFolder: string, folder: string): Promise<readonly BenchFigure[]> {
  const host = await startMeasuredHost(dataFolder);
  const { context, page } = await openWindow(browser, host.url);
  await page.getByText('digits-squeezenet').first().waitFor();
  const stalls: number[] = [];
  const tookMs: number[] = [];
  for (let time = 0; time < imports; time += 1) {
    const path = join(folder, `large-${time}.onnx`);
    // Other sizes are other models: the same one again would only be recognized.
    await writeModel(largeModel(100 + 4 * time, 'raw'), path);
    await host.loopDelay();
    const began = performance.now();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Add models…' }).click();
    await (await chooser).setFiles(path);
    await page.getByText(`"large-${time}" was added.`).waitFor({ timeout: 120_000 });
    tookMs.push(performance.now() - began);
    stalls.push((await host.loopDelay()).maxMs);
  }
  await context.close();
  await host.stop();
  return [
    {
      name: 'longest stall of the main process through an import of 100 MB',
      ...{ value: median(stalls), unit: 'ms', target: 50, better: 'lower' },
      note: `median of ${imports} imports, ${stalls.map((stall) => stall.toFixed(0)).join(', ')}; chosen to added ${Math.round(median(tookMs))} ms`,
    },
  ];
}
