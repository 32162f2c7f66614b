/** Cells that take turns, as the queue sees them. */
import { expect, test } from 'vitest';
import { CrivoError } from '../../../shared/errors.ts';
import type { PlannedCell } from '../../../shared/sweep.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { goodOutcome, queueBench, untilAborted } from './queue-fixture.ts';

const cells = (...threads: number[]): PlannedCell[] =>
  threads.map((count) => plannedCell({ threads: count, conditions: { turns: true } }));

test('a round is measured as one block, each cell a run of its own that cost its own time', async () => {
  await using bench = queueBench(async () => ({ ...goodOutcome(), ownMs: 1_234 }));
  const { id } = await bench.addSweep(cells(1, 2, 4), { rounds: 2 });
  bench.queue.start();
  expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
  expect(bench.blocks).toEqual([3, 3]);
  expect(bench.states(id)).toEqual(new Array(6).fill('done'));
  const { rows } = await bench.store.runs.query({});
  expect(rows.map(({ round }) => round).toSorted()).toEqual([1, 1, 1, 2, 2, 2]);
  const { sameCell } = (await bench.store.runs.durations([cells(1)[0]!.cell]))[0]!;
  expect(sameCell).toEqual({ wallMs: 1_234, runs: 2 });
});

test('a cell that fails or was never prepared leaves the others their runs', async () => {
  await using bench = queueBench(async ({ cell }) => {
    if (cell.threads === 2) throw new CrivoError('job-failed', 'The cell crashed (SIGSEGV).');
    return goodOutcome();
  });
  const { id } = await bench.addSweep(cells(1, 2, 4));
  bench.queue.start();
  await bench.queue.whenIdle();
  expect(bench.states(id).toSorted()).toEqual(['done', 'done', 'failed']);
});

test('what is shown is one cell of the block, and how many take turns', async () => {
  const opened = Promise.withResolvers<null>();
  await using bench = queueBench(async ({ cell }, options) => {
    const progress = { elapsedMs: 5, samples: 3, medianMs: 1, lowMs: 1, highMs: 1 };
    options.onProgress?.({ ...progress, phase: 'opening' });
    if (bench.measured.length === 2) opened.resolve(null);
    await opened.promise;
    options.onProgress?.({ ...progress, phase: 'measuring' });
    if (cell.threads === 1) expect(bench.queue.state()).toMatchObject({ takingTurns: 2 });
    return goodOutcome();
  });
  await bench.addSweep(cells(1, 2));
  bench.queue.start();
  expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
  const jobs = bench.events.flatMap((event) =>
    event.type === 'progress' && event.progress.phase === 'measuring' ? [event.progress.jobId] : [],
  );
  expect(new Set(jobs).size).toBe(1);
  expect(bench.queue.state()).not.toHaveProperty('takingTurns');
});

test('a cancel cancels all of a block, and a queue that closes leaves them waiting', async () => {
  for (const [end, state] of [
    ['cancel', 'cancelled'],
    ['close', 'waiting'],
  ] as const) {
    const begun = Promise.withResolvers<null>();
    await using bench = queueBench((request, options) => {
      begun.resolve(null);
      return untilAborted(request, options);
    });
    const { id } = await bench.addSweep(cells(1, 2, 4));
    bench.queue.start();
    await begun.promise;
    expect(bench.states(id)).toEqual(new Array(3).fill('running'));
    if (end === 'cancel') bench.queue.cancel(id);
    else await bench.queue.close();
    await bench.queue.whenIdle();
    expect(bench.states(id)).toEqual(new Array(3).fill(state));
  }
});

test('where nothing can be stored any more, the block ends and its cells wait', async () => {
  let prepared = 0;
  const full = new CrivoError('storage', 'The disk is full.');
  await using bench = queueBench(untilAborted, {
    prepare: async ({ job }, { seed }) => {
      prepared += 1;
      if (prepared === 2) throw full;
      return {
        request: { cell: job.cell, modelPath: '/m', dataset: null, parentPath: null, seed },
        artifact: { precision: 'float32', sizeBytes: 1, parentSha256: null },
        accept: undefined,
      };
    },
  });
  const { id } = await bench.addSweep(cells(1, 2, 4));
  bench.queue.start();
  expect(await bench.queue.whenIdle()).toMatchObject({ reason: 'failed', failure: full });
  expect(bench.states(id)).toEqual(new Array(3).fill('waiting'));
});
