import { execFile, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { ratioOfTimes } from '../../main/engine/passes/time-by-turns.ts';
import { openSession } from '../../main/inference/session.ts';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { starterModel } from '../fixtures/cells.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const run = promisify(execFile);
const artifacts = 16;
const artifactBytes = 2 ** 26;
const copies = 3;
const rounds = 300;
const turnMs = 100;

/** Backing up a data folder of 1 GB: beside a plain copy, and what it does to a cell that is measured meanwhile. */
export default async function backupBench(): Promise<readonly BenchFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-bench-backup-'));
  try {
    const dataFolder = join(folder, 'data');
    await fillWithRuns(dataFolder, { runs: 1_000, samplesPerRun: 1_000 });
    mkdirSync(join(dataFolder, 'artifacts', 'bench'), { recursive: true });
    for (let index = 0; index < artifacts; index += 1)
      writeFileSync(
        join(dataFolder, 'artifacts', 'bench', `${index}.onnx`),
        randomFillSync(new Uint8Array(artifactBytes)),
      );
    return [await besideCopy(dataFolder, folder), await disturbance(dataFolder, folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const backupProcess = join(import.meta.dirname, 'backup-process.ts');

/** Both end with all bytes on the disk. */
async function besideCopy(dataFolder: string, folder: string): Promise<BenchFigure> {
  const copyMs = async (): Promise<number> => {
    const began = performance.now();
    await run('cp', ['-r', dataFolder, join(folder, 'copy')]);
    await run('sync', ['-f', folder]);
    const tookMs = performance.now() - began;
    rmSync(join(folder, 'copy'), { recursive: true });
    await run('sync', ['-f', folder]);
    return tookMs;
  };
  const backupMs = async (): Promise<number> => {
    const { stdout } = await run(process.execPath, [backupProcess, dataFolder, folder]);
    rmSync(join(folder, 'backup.tar'));
    await run('sync', ['-f', folder]);
    return Number(stdout);
  };
  const pairs: { copy: number; backup: number }[] = [];
  for (let index = 0; index < copies; index += 1) pairs.push({ copy: await copyMs(), backup: await backupMs() });
  const rate = (times: readonly number[]): string =>
    `${((artifacts * artifactBytes) / 1e3 / median(times)).toFixed(0)} MB/s`;
  return {
    name: 'backing up 1 GB over copying it',
    value: median(pairs.map(({ copy, backup }) => backup / copy)),
    unit: '×',
    target: 1.1,
    better: 'lower',
    note: `${rate(pairs.map(({ backup }) => backup))} against ${rate(pairs.map(({ copy }) => copy))}`,
  };
}

/**
 * Latency while backups are written over that while they stand still, in turns so short that what changes the speed of the
 * machine meets both alike. Decided by the upper end of the ratio's 95% interval.
 */
async function disturbance(dataFolder: string, folder: string): Promise<BenchFigure> {
  const model = await openSession(starterModel('digits-squeezenet'), { threads: 1 });
  const image = { elementType: 'float32', shape: [1, 1, 28, 28], values: new Float32Array(28 * 28) } as const;
  const backups = spawn(process.execPath, [backupProcess, dataFolder, folder, '--forever'], { stdio: 'ignore' });
  const ended = once(backups, 'exit');
  const medianMs = async (signal: 'SIGCONT' | 'SIGSTOP'): Promise<number> => {
    backups.kill(signal);
    const samples: number[] = [];
    const endMs = performance.now() + turnMs;
    for (let began = performance.now(); began < endMs; began = performance.now()) {
      await model.run({ image });
      samples.push(performance.now() - began);
    }
    return median(samples);
  };
  try {
    await medianMs('SIGCONT');
    const [besideMs, aloneMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      if (round % 2 === 0) besideMs.push(await medianMs('SIGCONT'));
      aloneMs.push(await medianMs('SIGSTOP'));
      if (round % 2 === 1) besideMs.push(await medianMs('SIGCONT'));
    }
    const ratio = ratioOfTimes(besideMs, aloneMs);
    if (ratio.value === null) throw new Error(ratio.reason);
    return {
      name: 'latency moved by a backup, upper end of its 95% interval',
      value: 100 * (ratio.high - 1),
      unit: '%',
      target: 2,
      better: 'lower',
      note: `${rounds} pairs of turns of ${turnMs} ms: ${(100 * (ratio.value - 1)).toFixed(1)}%, ${(100 * (ratio.low - 1)).toFixed(1)} to ${(100 * (ratio.high - 1)).toFixed(1)}%`,
    };
  } finally {
    backups.kill('SIGKILL');
    await ended;
    await model.release();
  }
}
