import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtCrivo } from '../fixtures/built.ts';
import { runCrivo } from '../fixtures/crivo.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const repetitions = 9;
const coldRepetitions = 3;

/** How long a person waits for help and for the doctor; the built program, from its start to its end. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const bin = await builtCrivo();
  const folder = mkdtempSync(join(tmpdir(), 'crivo-bench-'));
  const timed = async (count: number, argsOf: (index: number) => readonly string[]): Promise<number> => {
    const elapsedMs: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const began = performance.now();
      const { code, stderr } = await runCrivo(bin, argsOf(index));
      elapsedMs.push(performance.now() - began);
      if (code !== 0) throw new Error(stderr);
    }
    return median(elapsedMs);
  };
  try {
    const help = await timed(repetitions, () => ['--help']);
    const cold = await timed(coldRepetitions, (index) => ['--data', join(folder, String(index)), 'doctor']);
    const kept = await timed(repetitions, () => ['--data', join(folder, '0'), 'doctor']);
    return [
      { name: 'crivo --help', value: help, unit: 'ms', target: 200, better: 'lower' },
      {
        name: 'crivo doctor, first time on a data folder',
        value: cold,
        unit: 'ms',
        target: 3_000,
        better: 'lower',
        note: 'adds the starter models, too',
      },
      { name: 'crivo doctor, report kept', value: kept, unit: 'ms', target: 1_000, better: 'lower' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
