import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, digits, digitsImages, sourceRunner, starterModel } from '../fixtures/cells.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const rounds = 9;

/** What measuring in Crivo adds to a bare loop, and what a cell costs beside what it measures. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const runner = sourceRunner();
  const ratios: number[] = [];
  const fixedMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bare = (): number =>
      Number(
        execFileSync(
          process.execPath,
          [join(import.meta.dirname, 'bare-loop.ts'), starterModel('digits-squeezenet'), digitsImages],
          {
            encoding: 'utf8',
          },
        ),
      );
    const own = async (): Promise<number> => {
      const began = performance.now();
      const { measurement } = await runner.measure(
        cellRequest({ measure: measureProfiles.quick }, { dataset: { ...digits, target: null } }),
      );
      const { warmup, measuringMs, sessionCreationMs, statistics } = measurement;
      fixedMs.push(performance.now() - began - warmup.durationMs - measuringMs - sessionCreationMs);
      return statistics.p50.value ?? NaN;
    };
    // Each first in turn, so that a machine that slows down favours neither.
    const [a, b] = round % 2 === 0 ? [await own(), bare()] : [bare(), await own()].reverse();
    ratios.push(a! / b!);
  }
  return [
    {
      name: 'median latency in a cell over a bare loop',
      value: median(ratios),
      unit: '×',
      target: 1.03,
      better: 'lower',
      note: `${rounds} rounds, ${Math.min(...ratios).toFixed(3)}–${Math.max(...ratios).toFixed(3)}`,
    },
    {
      name: 'fixed cost of a cell',
      value: median(fixedMs),
      unit: 'ms',
      target: 300,
      better: 'lower',
      note: 'launch to result, from the sources',
    },
  ];
}
