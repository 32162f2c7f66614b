import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModel } from '../../main/engine/onnx/write-model.ts';
import { sourceJobs } from '../fixtures/real-models.ts';
import { largeModel } from './large-model.ts';
import type { LargeForm } from './large-model.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';
import type { Took } from './model-process.ts';

const inspections = 5;
const additions = 5;

/** Inspecting 100 MB, adding 1 GB. */
export default async function modelsBench(): Promise<readonly BenchFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'crivo-bench-'));
  try {
    const path = (form: LargeForm): Promise<string> => written(folder, `${form}.onnx`, largeModel(100, form));
    return [
      ...(await inspecting('raw data', await path('raw'))),
      ...(await inspecting('lists of numbers', await path('numbers'))),
      ...(await inspecting('sizes that data decides', await path('open'))),
      ...(await adding(folder)),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function written(folder: string, name: string, model: Parameters<typeof writeModel>[0]): Promise<string> {
  const path = join(folder, name);
  await writeModel(model, path);
  return path;
}

const inProcess = (...parameters: string[]): Took =>
  JSON.parse(
    execFileSync(process.execPath, [join(import.meta.dirname, 'model-process.ts'), ...parameters], {
      encoding: 'utf8',
    }),
  ) as Took;

async function inspecting(form: string, path: string): Promise<readonly BenchFigure[]> {
  const jobs = sourceJobs();
  const tookMs: number[] = [];
  const peaks: number[] = [];
  for (let time = 0; time < inspections; time += 1) {
    const began = performance.now();
    await jobs.run('inspect-model', { path });
    tookMs.push(performance.now() - began);
    peaks.push(inProcess('inspect', path).peakBytes / statSync(path).size);
  }
  const size = `${Math.round(statSync(path).size / 1e6)} MB`;
  return [
    {
      name: `inspecting ${size}, ${form}`,
      value: median(tookMs),
      unit: 'ms',
      target: 1_000,
      better: 'lower',
      note: 'with the process it runs in',
    },
    {
      name: `inspecting ${size}, ${form}: peak memory over the file`,
      value: median(peaks),
      unit: '×',
      target: 3,
      better: 'lower',
    },
  ];
}

async function adding(folder: string): Promise<readonly BenchFigure[]> {
  const large = await written(folder, 'large.onnx', largeModel(1_000, 'raw'));
  const small = await written(folder, 'small.onnx', largeModel(100, 'raw'));
  const ratios: number[] = [];
  const memory: number[] = [];
  const stalls: number[] = [];
  const alone: number[] = [];
  for (let time = 0; time < additions; time += 1) {
    const began = performance.now();
    execFileSync('sha256sum', [large]);
    const hashMs = performance.now() - began;
    const took = added(large);
    alone.push(hashMs);
    ratios.push(took.tookMs / hashMs);
    stalls.push(took.longestStallMs);
    memory.push((took.peakBytes - added(small).peakBytes) / 1e6);
  }
  return [
    {
      name: 'adding 1 GB over sha256sum of it',
      value: median(ratios),
      unit: '×',
      target: 1.5,
      better: 'lower',
      note: `copied to the disk, hashed and inspected; ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}; sha256sum ${Math.round(median(alone))} ms`,
    },
    {
      name: 'memory that 1 GB takes more than 100 MB to add',
      value: median(memory),
      unit: 'MB',
      target: 20,
      better: 'lower',
    },
    {
      name: 'longest stall of the event loop while adding 1 GB',
      value: median(stalls),
      unit: 'ms',
      target: 50,
      better: 'lower',
    },
  ];
}

/** Adds to a fresh library, which goes at once: the disk holds one copy at a time. */
function added(model: string): Took {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-bench-data-'));
  try {
    return inProcess('add', model, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
