import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';
import { openForReading } from '../../main/engine/store/database.ts';
import type { Connection } from '../../main/engine/store/database.ts';
import { writeModel } from '../../main/engine/onnx/write-model.ts';
import { ratioOfTimes } from '../../main/engine/passes/time-by-turns.ts';
import { chromiumLaunch } from '../e2e/chromium.ts';
import { builtCrivo } from '../fixtures/built.ts';
import { canSlowDisk, slowDisk } from '../fixtures/slow-disk.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';
import { largeModel } from './large-model.ts';
import { describeDelay, openWindow, startMeasuredHost } from './web-host.ts';

/** Runs with the window open, and as many without. */
const pairs = 40;
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
      ...(canSlowDisk ? [await sweepOnSlowDisk(bin, join(folder, 'slow'), folder)] : []),
      ...(await importing(browser, join(folder, 'import'), folder)),
    ];
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One sweep of one cell; for every other run the browser with its Queue page stands still. */
async function sweep(browser: Browser, bin: string, dataFolder: string): Promise<readonly BenchFigure[]> {
  const runs = 2 * pairs;
  await queueSweep(bin, dataFolder, 'watched', runs, 1_000);
  const host = await startMeasuredHost(dataFolder);
  const { context, page } = await openWindow(browser, host.url);
  await page.goto(`${new URL(host.url).origin}/#/queue`);
  await page.getByText('watched').first().waitFor();
  const window = browserProcesses();
  // What starting took is another figure.
  await host.loopDelay();
  const db = openForReading(dataFolder);
  const stored = storedRuns(db);
  let charts = 0;
  for (let run = 0; run < runs; run += 1) {
    for (const pid of window) process.kill(pid, hasWindow(run) ? 'SIGCONT' : 'SIGSTOP');
    while (stored().length <= run) {
      await sleep(lookMs);
      if (hasWindow(run) && charts === 0) charts = await page.locator('svg polyline').count();
    }
  }
  for (const pid of window) process.kill(pid, 'SIGCONT');
  const delay = await host.loopDelay();
  const medians = stored();
  db.close();
  await context.close();
  await host.stop();
  if (charts === 0) throw new Error('The running chart was never seen: the window showed nothing of the sweep.');
  const ratio = ratioOfTimes(
    medians.filter((_, run) => hasWindow(run)),
    medians.filter((_, run) => !hasWindow(run)),
  );
  if (ratio.value === null) throw new Error(ratio.reason);
  const decision =
    ratio.high <= mostWithWindow
      ? 'costs less'
      : ratio.low > mostWithWindow
        ? 'costs more'
        : 'undecided: more pairs are needed';
  return [
    {
      name: 'median latency with the window and its running chart over without, upper end of its 95% interval',
      ...{ value: ratio.high, unit: '×', target: mostWithWindow, better: 'lower' },
      note: `${decision}; ratio ${ratio.value.toFixed(4)}, ${ratio.low.toFixed(4)}–${ratio.high.toFixed(4)}, of ${pairs} pairs of neighbouring runs`,
    },
    {
      name: 'longest stall of the main process through a sweep with its window',
      ...{ value: delay.ownMs, unit: 'ms', target: 50, better: 'lower' },
      note: `${runs} runs; ${describeDelay(delay)}`,
    },
  ];
}

/** Flushes that take as long as on a disk that other work keeps busy. */
const slowFlushMs = 100;
const slowRuns = 40;

async function sweepOnSlowDisk(bin: string, dataFolder: string, folder: string): Promise<BenchFigure> {
  await queueSweep(bin, dataFolder, 'slow', slowRuns, 200);
  const host = await startMeasuredHost(dataFolder, slowDisk(dataFolder, slowFlushMs, folder));
  const db = openForReading(dataFolder);
  const stored = storedRuns(db);
  // What starting took is another figure.
  while (stored().length === 0) await sleep(lookMs);
  await host.loopDelay();
  while (stored().length < slowRuns) await sleep(lookMs);
  const delay = await host.loopDelay();
  db.close();
  await host.stop();
  return {
    name: `longest stall of the main process through a sweep on a disk whose flushes take ${slowFlushMs} ms`,
    ...{ value: delay.ownMs, unit: 'ms', target: 50, better: 'lower' },
    note: `${slowRuns} runs; ${describeDelay(delay)}`,
  };
}

/** Queues a sweep of one cell, so many rounds of so many ms. */
async function queueSweep(bin: string, dataFolder: string, name: string, rounds: number, ms: number): Promise<void> {
  const file = `${dataFolder}.yml`;
  await writeFile(
    file,
    `name: ${name}\nmodels: [digits-squeezenet]\nrounds: ${rounds}\ncontrol: false\nremeasureNoisy: 0\nmeasure: { minDurationMs: ${ms}, maxDurationMs: ${ms} }\n`,
  );
  const crivo = promisify(execFile);
  await crivo(process.execPath, [bin, '--data', dataFolder, 'doctor']);
  await crivo(process.execPath, [bin, '--data', dataFolder, 'sweep', 'queue', file]);
}

/** Open first, or still first, in turn, so that a drift of the machine favours neither. */
const hasWindow = (run: number): boolean => [0, 3].includes(run % 4);

/** All processes below this one that are a browser's; they stand still at SIGSTOP. */
function browserProcesses(): readonly number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (pid: number): number[] =>
    listed.flatMap(([child = 0, parent]) => (parent === pid ? [child, ...below(child)] : []));
  const all = below(process.pid).filter((pid) => /chrom/i.test(commandOf(pid)));
  if (all.length === 0) throw new Error('The browser’s processes were not found.');
  return all;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  } catch {
    return '';
  }
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
    stalls.push((await host.loopDelay()).ownMs);
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
