import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';
import { movedBy } from './latency-beside.ts';

const run = promisify(execFile);
const artifacts = 16;
const artifactBytes = 2 ** 26;
const copies = 3;

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
    return [
      await besideCopy(dataFolder, folder),
      await movedBy('a backup', 2, [backupProcess, dataFolder, folder, '--forever']),
    ];
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
