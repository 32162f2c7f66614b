import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, digits, digitsImages, sourceRunner, starterModel } from '../fixtures/cells.ts';
import { median } from './figure.ts';
import type { BenchFigure } from './figure.ts';

const rounds = 9;

/** What measuring in Crivo adds to a bare loop. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  const runner = sourceRunner();
  const ratios: number[] = [];
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
      const { measurement } = await runner.measure(
        cellRequest({ measure: measureProfiles.quick }, { dataset: { ...digits, target: null } }),
      );
      return measurement.statistics.p50.value ?? NaN;
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
  ];
}
