/** One night of the trial: a short sweep, each run in a process of its own, by turns as always. */
import { performance } from 'node:perf_hooks';
import { orderRounds } from '../../main/engine/sweep/order.ts';
import { measureProfiles } from '../../shared/measurement.ts';
import { cellRequest, sourceRunner } from '../fixtures/cells.ts';
import { cellsOf } from './night.ts';
import type { Night, Slowed, TrialCell, TrialRun } from './night.ts';

/** Files of the models by what they are. */
export type TrialModels = Readonly<Record<'copy' | Slowed, string>>;

export interface NightOptions extends Omit<Night, 'runs'> {
  readonly models: TrialModels;
  readonly batchSize: number;
  /** Of this process's clock: a night that is not done by then is given up. */
  readonly endMs: number;
}

/**
 * Measures all cells in rounds, by turns, as a sweep does. On a quiet night noisy runs are measured again once, at its end,
 * as far as there is time. Null where the time ends before the rounds do.
 */
export async function measureNight({ models, batchSize, endMs, ...night }: NightOptions): Promise<Night | null> {
  const cells = cellsOf(night.copies);
  const runner = sourceRunner();
  const measureRound = async (round: number, of: readonly TrialCell[]): Promise<readonly TrialRun[]> => {
    const places = runner.takeTurns(of.length);
    return Promise.all(
      of.map(async (cell, index): Promise<TrialRun> => {
        const modelPath = models[typeof cell === 'number' ? 'copy' : cell];
        const request = cellRequest({ batchSize, measure: measureProfiles.quick }, { modelPath, seed: round });
        const { measurement, samplesMs, ownMs = 0 } = await places[index]!.measure(request);
        const { turns, interference } = measurement;
        const { noisy, causes } = interference;
        return { cell, round, samplesMs, turns, noisy, causes, wallMs: Math.round(ownMs) };
      }),
    );
  };
  const rounds = Map.groupBy(
    orderRounds(
      cells.map((_, index) => index),
      night.rounds,
      night.seed,
    ),
    ({ round }) => round,
  );
  const runs: TrialRun[] = [];
  for (const [round, order] of rounds) {
    if (performance.now() > endMs) return null;
    const inOrder = order.map(({ cell }) => cells[cell]!);
    runs.push(...(await measureRound(round, inOrder)));
  }
  // With the neighbour every run would be noisy again.
  const again = Map.groupBy(night.neighbour ? [] : runs.filter(({ noisy }) => noisy), ({ round }) => round);
  for (const [round, noisy] of again) {
    if (performance.now() > endMs) break;
    runs.push(
      ...(await measureRound(
        round,
        noisy.map(({ cell }) => cell),
      )),
    );
  }
  return { ...night, runs };
}
