import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareRounds } from '../../main/engine/measure/compare/compare-rounds.ts';
import { roundValue } from '../../main/engine/measure/compare/round-value.ts';
import { openForReading } from '../../main/engine/store/database.ts';
import { createRunReads } from '../../main/engine/store/run-reads.ts';
import { watchSensors } from '../../main/inference/machine-sensors.ts';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { seededRandom, simulateNight, usualMachine } from '../fixtures/simulated-rounds.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';
import { movedBy } from './latency-beside.ts';

/** What comparing, history and watching the machine cost. */
export default async function trustBench(): Promise<readonly BenchFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'crivo-bench-'));
  try {
    return [
      largeCells(),
      ...(await stored(folder)),
      await watching(),
      await movedBy('watching', 1, [join(import.meta.dirname, 'watch-process.ts')]),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Two cells of 10 rounds of 10,000 samples. */
function largeCells(): BenchFigure {
  const [a, b] = simulateNight(seededRandom(1), [1, 1.02], 10, { ...usualMachine, samples: 10_000 });
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    const values = [a!, b!].map((rounds) => rounds.map((round) => roundValue(round, 'p50')!));
    compareRounds(values[0]!, values[1]!);
    return performance.now() - began;
  });
  return {
    name: 'compare two cells of 10 × 10,000 samples',
    value: median(times),
    unit: 'ms',
    target: 300,
    better: 'lower',
  };
}

/** A table of 500 comparisons over 5 rounds of 1,000 samples, and histories of 10,000 points. */
async function stored(folder: string): Promise<readonly BenchFigure[]> {
  await fillWithRuns(join(folder, 'table'), { runs: 2_505, cells: 501, sweeps: 1, samplesPerRun: 1_000 });
  const reads = createRunReads(openForReading(join(folder, 'table')));
  const { rows } = reads.query({ where: 'round:1', limit: 501, sort: [{ column: 'id' }] });
  const measured = rows.filter(({ p50Ms }) => p50Ms !== null);
  const pairs = Array.from({ length: 500 }, (_, index) => ({
    candidate: measured[1 + (index % (measured.length - 1))]!.id,
    baseline: measured[0]!.id,
  }));
  const beganTable = performance.now();
  reads.compare({ pairs, statistic: 'p50' });
  const tableMs = performance.now() - beganTable;
  await fillWithRuns(join(folder, 'history'), { runs: 10_300, cells: 1, sweeps: 1, samplesPerRun: 20 });
  const history = createRunReads(openForReading(join(folder, 'history')));
  const times = Array.from({ length: 3 }, () => {
    const began = performance.now();
    history.history(undefined);
    return performance.now() - began;
  });
  return [
    {
      name: 'table of 500 comparisons, read and compared',
      value: tableMs / 1000,
      unit: 's',
      target: 5,
      better: 'lower',
    },
    {
      name: 'history of 10,000 points with its changes',
      value: median(times),
      unit: 'ms',
      target: 500,
      better: 'lower',
    },
  ];
}

/** Processor time of this process while it only watches. */
async function watching(): Promise<BenchFigure> {
  const seconds = 10;
  const before = process.cpuUsage();
  const watch = watchSensors({ measuredPids: new Set([process.pid]) });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  await watch.end();
  const { user, system } = process.cpuUsage(before);
  return {
    name: 'watching the machine',
    value: (user + system) / (seconds * 1e4),
    unit: '% of a core',
    target: 1,
    better: 'lower',
  };
}
