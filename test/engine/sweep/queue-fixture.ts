import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { PlannedCell, StartConditions, SweepSummary } from '../../../shared/sweep.ts';
import type { CellOutcome, CellRequest, Clock, InferenceRunner, RunOptions } from '../../../main/engine/ports.ts';
import { silentLogger } from '../../../main/engine/ports.ts';
import { assertDataFolder } from '../../../main/engine/store/database.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { orderRounds } from '../../../main/engine/sweep/order.ts';
import { createQueue } from '../../../main/engine/sweep/queue.ts';
import type { Queue, QueueOptions } from '../../../main/engine/sweep/queue.ts';
import { exampleEnvironment, exampleMeasurement } from '../../fixtures/example-run.ts';

export type Measure = (request: CellRequest, options: RunOptions) => Promise<CellOutcome>;

const samplesMs = Float64Array.from({ length: 70 }, (_, index) => 1 + (index % 7) / 100);
const artifact = { precision: 'float32', sizeBytes: 1_590_000, parentSha256: null };

/** What a cell that goes well gives. */
export const goodOutcome = (): CellOutcome => ({ measurement: exampleMeasurement(samplesMs), samplesMs });

/** A measurement that ends only when it is aborted, as a long one does. */
export const untilAborted: Measure = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(new CrivoError('cancelled', 'The cell was cancelled.'));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });

export interface QueueBench extends AsyncDisposable {
  readonly folder: string;
  readonly store: Store;
  readonly queue: Queue;
  readonly events: EngineEvent[];
  /** Requests in the order in which they were measured. */
  readonly measured: CellRequest[];
  /** How many cells each block that took turns had. */
  readonly blocks: number[];
  /** The scripted time, epoch ms. */
  readonly time: { now: number };
  readonly addSweep: (
    cells: readonly PlannedCell[],
    changes?: {
      rounds?: number;
      startsAt?: number;
      untilAt?: number;
      name?: string;
      conditions?: StartConditions;
    },
  ) => Promise<SweepSummary>;
  readonly states: (sweepId: number) => string[];
}

/** A queue over a real store in a folder of its own; what measuring gives and what time it is are scripted. */
export function queueBench(
  measure: Measure = async () => goodOutcome(),
  changes: Partial<QueueOptions> = {},
): QueueBench {
  const folder = mkdtempSync(join(tmpdir(), 'crivo-queue-'));
  const time = { now: Date.UTC(2026, 0, 1) };
  const clock: Clock = { now: () => time.now, monotonicNs: () => BigInt(time.now) * 1_000_000n };
  const store = openStore({ folder, clock, logger: silentLogger });
  const events: EngineEvent[] = [];
  const measured: CellRequest[] = [];
  const blocks: number[] = [];
  const measureOne: InferenceRunner['measure'] = (request, options = {}) => {
    measured.push(request);
    return measure(request, options);
  };
  const queue = createQueue({
    ...{ store, clock, logger: silentLogger, publish: (event) => events.push(event) },
    machine: () => Promise.reject(new Error('no sweep of this test asks for the machine')),
    block: (_, waiting) => waiting,
    inference: {
      measure: measureOne,
      takeTurns: (cells) => {
        blocks.push(cells);
        return Array.from({ length: cells }, () => ({
          alone: (work) => work(),
          measure: measureOne,
          leave: () => {},
        }));
      },
    },
    prepare: async ({ job }, { seed }) => ({
      request: { cell: job.cell, modelPath: '/models/model.onnx', dataset: null, parentPath: null, seed },
      artifact,
      accept: undefined,
    }),
    assertFolder: () => assertDataFolder(folder),
    surroundings: async () => ({ environment: exampleEnvironment, device: 'Example CPU', artifact }),
    ...changes,
  });
  return {
    ...{ folder, store, queue, events, measured, blocks, time },
    addSweep: (cells, { rounds = 1, startsAt, untilAt, name = 'night', conditions } = {}) => {
      const runnable = cells.flatMap(({ skipped }, index) => (skipped === null ? [index] : []));
      return store.sweeps.create({
        ...{ name, yaml: 'name: night', folder, seed: 1, rounds, cells, environment: exampleEnvironment },
        ...{ startsAt: startsAt ?? null, untilAt: untilAt ?? null, order: orderRounds(runnable, rounds, 1) },
        conditions,
      });
    },
    states: (sweepId) => store.sweeps.jobs(sweepId, 0, 10_000).map(({ state }) => state),
    [Symbol.asyncDispose]: async () => {
      await queue.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
