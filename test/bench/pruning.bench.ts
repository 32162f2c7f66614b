/** Pruning: group analysis of large graphs, slicing 100 MB, repair, memory, and what half of the arithmetic gains. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchFigure } from './figure.ts';

interface PruningReading {
  readonly resnetGroupsMs: number;
  readonly mobilenetGroupsMs: number;
  readonly slicingMs: number;
  readonly sliceBytes: number;
  readonly repairMs: number;
  readonly repairAccuracyExamples: number;
  readonly memoryRatio: number;
  readonly speedup: number;
  readonly latencies: Readonly<Record<string, number>>;
}

/** Each figure in a process of its own, as jobs are. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const entry = join(import.meta.dirname, 'pruning-process.ts');
  const read = (what: string): Partial<PruningReading> =>
    JSON.parse(
      execFileSync(process.execPath, ['--expose-gc', entry, what], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    ) as Partial<PruningReading>;
  const [groups, slicing, repair, speed] = ['groups', 'slicing', 'repair', 'speed'].map(read);
  const figure = (name: string, value: number | undefined, unit: string, target: number, note = ''): BenchFigure => ({
    ...{ name, value: value ?? Number.NaN, unit, target, better: unit === '×' && target === 1.5 ? 'higher' : 'lower' },
    ...(note === '' ? {} : { note }),
  });
  const latencies = Object.entries(speed!.latencies ?? {})
    .map(([name, ms]) => `${name} ${ms.toFixed(2)} ms`)
    .join(', ');
  return [
    figure('groups of a ResNet-50-like graph', groups!.resnetGroupsMs! / 1_000, 's', 1),
    figure('groups of a MobileNetV2-like graph', groups!.mobilenetGroupsMs! / 1_000, 's', 1),
    figure('slicing', slicing!.slicingMs! / 1_000, 's', 1, `${(slicing!.sliceBytes! / 1e6).toFixed(0)} MB`),
    figure('peak memory of slicing over the file', slicing!.memoryRatio, '×', 3),
    figure('recipe prune-50 of digits-resnet on 200 images', repair!.repairMs! / 1_000, 's', 120),
    figure('speed of digits-resnet at half of its arithmetic, batch 16', speed!.speedup, '×', 1.5, latencies),
  ];
}
