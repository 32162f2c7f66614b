/**
 * Puts the verdicts to the test on a real model and this machine, and goes on where it was stopped.
 *
 *   npm run trial -- --minutes 35                          200 A/A comparisons quiet and with a neighbour, and coverage
 *   npm run trial -- --comparisons 40 --rounds 3 --file short.jsonl
 *   npm run trial -- --report
 *
 * `--comparisons` A/A comparisons are made in all for each condition (those in the file count), from nights of 7 copies of
 * one model and 3 slowed ones. `--neighbour` measures only with a neighbour, `--quiet` only without. `--minutes` ends in
 * time, whatever is done by then. `--report` only prints the figures of the file.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { calibrate, writeModels } from './calibrate.ts';
import type { AddedWork } from './calibrate.ts';
import { measureCoverage, shortRunMs } from './coverage.ts';
import type { CoverageResult } from './coverage.ts';
import { coverageFigures, nightFigures } from './figures.ts';
import { judgeNight } from './judge-night.ts';
import { measureNight } from './measure-night.ts';
import type { TrialModels } from './measure-night.ts';
import { startNeighbour } from './neighbour.ts';
import { cellsOf, fromLine, toLine } from './night.ts';
import type { NightLine } from './night.ts';

type Line =
  | { readonly kind: 'calibration'; readonly work: AddedWork; readonly batchSize: number }
  | NightLine
  | ({ readonly kind: 'coverage' } & CoverageResult);

const { values } = parseArgs({
  options: {
    comparisons: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    copies: { type: 'string', default: '7' },
    batch: { type: 'string', default: '4' },
    coverage: { type: 'string', default: '200' },
    minutes: { type: 'string' },
    neighbour: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    file: { type: 'string', default: 'trial.jsonl' },
  },
});
const number = (option: 'comparisons' | 'rounds' | 'copies' | 'batch' | 'coverage', fewest: number): number => {
  const value = Number(values[option]);
  if (Number.isSafeInteger(value) && value >= fewest) return value;
  throw new Error(`--${option} takes a whole number of at least ${fewest}, not "${values[option]}"`);
};
const { file } = values;
const [comparisons, rounds, copies] = [number('comparisons', 0), number('rounds', 3), number('copies', 3)];
const [batchSize, shortRuns] = [number('batch', 1), number('coverage', 0)];
const conditions = values.neighbour ? [true] : values.quiet ? [false] : [false, true];
const endMs = values.minutes === undefined ? Infinity : Number(values.minutes) * 60_000;

const lines: Line[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line)
  : [];
const nights = (): readonly NightLine[] => lines.filter((line) => line.kind === 'night');
function keep(line: Line): void {
  lines.push(line);
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

function report(): void {
  const measured = nights().map((line) => fromLine(line));
  const judged = measured.map((night) => ({ night, verdicts: judgeNight(night) }));
  const coverage = lines.filter((line) => line.kind === 'coverage');
  const figures = [
    ...nightFigures(judged, false),
    ...nightFigures(judged, true),
    ...coverageFigures(coverage, measured),
  ];
  console.log(figures.length === 0 ? `Nothing is measured yet in ${file}.` : figures.join('\n'));
}

const inANight = (count: number): number => (count * (count - 1)) / 2;
/** A run of the quick profile with its process, until nights tell. */
const usualRunMs = 2_500;

/** What a night's rounds take, by the runs so far. */
function roundsMs(): number {
  const runs = nights().flatMap((night) => night.runs);
  const each = runs.length === 0 ? usualRunMs : runs.reduce((sum, { wallMs }) => sum + wallMs, 0) / runs.length;
  return each * cellsOf(copies).length * rounds;
}

/** The condition that has made fewest comparisons; null where all have made enough. */
function nextCondition(): boolean | null {
  const made = (neighbour: boolean): number =>
    nights()
      .filter((night) => night.neighbour === neighbour)
      .reduce((sum, night) => sum + inANight(night.copies), 0);
  const wanting = conditions.filter((neighbour) => made(neighbour) < comparisons).sort((a, b) => made(a) - made(b));
  return wanting[0] ?? null;
}

async function measureOneNight(models: TrialModels, neighbour: boolean): Promise<void> {
  const stopNeighbour = neighbour ? startNeighbour() : () => {};
  try {
    const seed = nights().length + 1;
    const night = await measureNight({ neighbour, copies, rounds, seed, models, batchSize, endMs });
    if (night === null) return;
    keep(await toLine(night));
    const of = nights().filter((night) => night.neighbour === neighbour);
    const minutes = (performance.now() / 60_000).toFixed(1);
    console.error(`night ${of.length}${neighbour ? ' with the neighbour' : ''} done after ${minutes} minutes`);
  } finally {
    stopNeighbour();
  }
}

async function measure(folder: string): Promise<void> {
  const calibrated = lines.find((line) => line.kind === 'calibration' && line.batchSize === batchSize);
  const work = calibrated?.kind === 'calibration' ? calibrated.work : await calibrate(folder, batchSize);
  if (calibrated === undefined) keep({ kind: 'calibration', work, batchSize });
  const models = await writeModels(folder, work);
  const covered = lines.some((line) => line.kind === 'coverage' && line.shortRuns >= shortRuns);
  if (shortRuns > 0 && !covered && performance.now() + shortRuns * shortRunMs < endMs)
    keep({ kind: 'coverage', ...(await measureCoverage(models.copy, batchSize, shortRuns)) });
  for (let next = nextCondition(); next !== null; next = nextCondition()) {
    if (performance.now() + roundsMs() > endMs) {
      console.error('No further night fits into the time; start again to go on.');
      return;
    }
    await measureOneNight(models, next);
  }
}

if (!values.report) {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-trial-'));
  try {
    await measure(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
report();
