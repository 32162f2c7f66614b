/** One night of the trial: a short sweep, each run in a process of its own as always. */
import { performance } from 'node:perf_hooks';
import { orderRounds } from '../../main/engine/sweep/order.ts';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, sourceRunner } from '../fixtures/cells.ts';
import { cellsOf } from './night.ts';
import type { Night, Slowed, TrialRun } from './night.ts';

/** Files of the models by what they are. */
export type TrialModels = Readonly<Record<'copy' | Slowed, string>>;

export interface NightOptions extends Omit<Night, 'runs'> {
  readonly models: TrialModels;
  readonly batchSize: number;
  /** Of this process's clock: a night that is not done by then is given up. */
  readonly endMs: number;
}

/**
 * Measures all cells in shuffled rounds as a sweep does. On a quiet night noisy runs are measured again once, at its end,
 * as far as there is time. Null where the time ends before the rounds do.
 */
export async function measureNight({ models, batchSize, endMs, ...night }: NightOptions): Promise<Night | null> {
  const cells = cellsOf(night.copies);
  const runner = sourceRunner();
  const measure = async (cell: (typeof cells)[number], round: number): Promise<TrialRun> => {
    const beganMs = performance.now();
    const { measurement, samplesMs } = await runner.measure(
      cellRequest(
        { batchSize, measure: measureProfiles.quick },
        { modelPath: models[typeof cell === 'number' ? 'copy' : cell], seed: round },
      ),
    );
    const wallMs = Math.round(performance.now() - beganMs);
    return { cell, round, samplesMs, noisy: measurement.interference.noisy, wallMs };
  };
  const order = orderRounds(
    cells.map((_, index) => index),
    night.rounds,
    night.seed,
  );
  const runs: TrialRun[] = [];
  for (const { cell, round } of order) {
    if (performance.now() > endMs) return null;
    runs.push(await measure(cells[cell]!, round));
  }
  // With the neighbour every run would be noisy again.
  const again = night.neighbour ? [] : runs.filter(({ noisy }) => noisy);
  for (const { cell, round } of again) {
    if (performance.now() > endMs) break;
    runs.push(await measure(cell, round));
  }
  return { ...night, runs };
}
