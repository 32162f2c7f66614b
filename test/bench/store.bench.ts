import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { databaseFile, openDatabase, openForReading } from '../../main/engine/store/database.ts';
import { readOnThread } from '../../main/engine/store/run-reader.ts';
import { createRunReads } from '../../main/engine/store/run-reads.ts';
import { packSamples } from '../../main/engine/store/sample-codec.ts';
import { createSweepWriter } from '../../main/engine/store/write-sweep.ts';
import { systemClock } from '../../main/engine/ports.ts';
import { builtCrivo } from '../fixtures/built.ts';
import { exampleEnvironment, exampleSamples, manyCells, seededRandom } from '../fixtures/example-run.ts';
import { fillWithRuns, migrations } from '../fixtures/many-runs.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const runs = 100_000;
const samplesPerRun = 100;
const times = 5;

const filters = [
  'model:digits-resnet provider=cpu batch>=4 p50<2ms noisy:no',
  'p50<0.2',
  '-status:failed',
  'tag:baseline',
  'sweep:"night 2"',
  'mobilenet',
  'full speed',
  'ação',
  'nothing like that',
];

/** 100,000 stored runs: first page, filters, export, size, queueing, resuming. */
export default async function storeBench(): Promise<readonly BenchFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'crivo-bench-'));
  try {
    await fillWithRuns(folder, { runs, samplesPerRun });
    const bytes = (await stat(databaseFile(folder))).size;
    return [
      ...(await reads(folder)),
      ...(await exports(folder)),
      {
        name: 'size on disk per run',
        value: bytes / runs,
        unit: 'B',
        target: 3_000,
        better: 'lower',
        note: `${samplesPerRun} samples each, with its job`,
      },
      ...(await queueing(folder)),
      ...(await packing()),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function reads(folder: string): Promise<readonly BenchFigure[]> {
  const crivo = await builtCrivo();
  const firstPages = await repeated(async () => {
    const started = performance.now();
    await promisify(execFile)(process.execPath, [crivo, '--data', folder, 'results']);
    return performance.now() - started;
  });
  const resumes = await repeated(() => inProcess(folder, 'resume'));
  const here = createRunReads(openForReading(folder));
  const byFilter = filters.map((where) =>
    median(Array.from({ length: times }, () => timed(() => here.query({ where, limit: 200 })))),
  );
  const slowest = Math.max(...byFilter);
  const facets = median(Array.from({ length: times }, () => timed(() => here.facets(filters[0]))));
  const allFacets = median(Array.from({ length: times }, () => timed(() => here.facets(undefined))));
  const sorted = median(
    Array.from({ length: times }, () => timed(() => here.query({ sort: [{ column: 'p50Ms' }], limit: 200 }))),
  );
  return [
    {
      name: 'first page of "crivo results", whole process',
      value: median(firstPages),
      unit: 'ms',
      target: 300,
      better: 'lower',
    },
    {
      name: 'filter, slowest of nine',
      value: slowest,
      unit: 'ms',
      target: 150,
      better: 'lower',
      note: filters[byFilter.indexOf(slowest)]!,
    },
    { name: 'filter, median of nine', value: median(byFilter), unit: 'ms', target: 150, better: 'lower' },
    { name: 'sorted by median latency', value: sorted, unit: 'ms', target: 150, better: 'lower' },
    { name: 'facets of a filter', value: facets, unit: 'ms', target: 150, better: 'lower' },
    { name: 'facets of all runs', value: allFacets, unit: 'ms', target: 300, better: 'lower' },
    {
      name: 'resume: open and recover',
      value: median(resumes.map(({ tookMs }) => tookMs)),
      unit: 'ms',
      target: 1_000,
      better: 'lower',
    },
  ];
}

async function exports(folder: string): Promise<readonly BenchFigure[]> {
  const csv = await inProcess(folder, 'csv');
  const json = await inProcess(folder, 'json');
  const entry = join(import.meta.dirname, '../../main/engine/store/reader-entry.ts');
  const thread = readOnThread(entry, folder);
  const stallMs = await longestStallMs(() =>
    thread.exportTo({ query: {}, format: 'csv', file: join(folder, 'thread.csv') }),
  );
  await thread.close();
  return [
    { name: 'whole CSV', value: csv.tookMs / 1_000, unit: 's', target: 5, better: 'lower' },
    { name: 'whole CSV, peak memory of its process', value: csv.peakMb, unit: 'MB', target: 250, better: 'lower' },
    { name: 'whole JSON with measurements', value: json.tookMs / 1_000, unit: 's', target: 15, better: 'lower' },
    { name: 'whole JSON, peak memory of its process', value: json.peakMb, unit: 'MB', target: 250, better: 'lower' },
    { name: 'longest stall of the main thread during a CSV', value: stallMs, unit: 'ms', target: 50, better: 'lower' },
  ];
}

async function queueing(folder: string): Promise<readonly BenchFigure[]> {
  // What the benchmark itself wrote before goes to the disk first: the queue must not pay for it.
  await promisify(execFile)('sync');
  const db = openDatabase(folder, migrations());
  const write = createSweepWriter(db, systemClock);
  const cells = manyCells(10_000).map((planned) => ({ ...planned, cell: { ...planned.cell, deadlineMs: 61_000 } }));
  const order = cells.map((_, cell) => ({ cell, round: 1 }));
  const plain = {
    name: 'large',
    yaml: '',
    folder,
    seed: 1,
    rounds: 1,
    startsAt: null,
    untilAt: null,
    environment: exampleEnvironment,
  };
  const started = performance.now();
  const stallMs = await longestStallMs(() => write({ ...plain, cells, order }));
  const tookMs = performance.now() - started;
  db.close();
  return [
    { name: 'queueing 10,000 new cells', value: tookMs, unit: 'ms', target: 2_000, better: 'lower' },
    { name: 'longest stall of the event loop while queueing', value: stallMs, unit: 'ms', target: 50, better: 'lower' },
  ];
}

async function packing(): Promise<readonly BenchFigure[]> {
  const samplesMs = exampleSamples(1_000_000, 0.1, seededRandom(5));
  let bytes = 0;
  const stallMs = await longestStallMs(async () => {
    bytes = (await packSamples(samplesMs)).data.byteLength;
  });
  return [
    {
      name: 'bytes per sample',
      value: bytes / samplesMs.length,
      unit: 'B',
      target: 3,
      better: 'lower',
      note: 'of 8, without loss',
    },
    { name: 'longest stall while packing 1,000,000 samples', value: stallMs, unit: 'ms', target: 50, better: 'lower' },
  ];
}

async function longestStallMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  // The last stretch counts when the timer behind the monitor runs once more.
  await promisify(setTimeout)(5);
  delay.disable();
  return delay.max / 1e6;
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

interface Took {
  readonly tookMs: number;
  readonly peakMb: number;
}

async function inProcess(folder: string, task: string): Promise<Took> {
  const program = join(import.meta.dirname, '../fixtures/store-reads-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder, task]);
  return JSON.parse(stdout) as Took;
}

async function repeated<Result>(work: () => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let time = 0; time < times; time += 1) results.push(await work());
  return results;
}
