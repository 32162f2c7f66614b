import { describe, expect, test } from 'vitest';
import { CrivoError } from '../../../shared/errors.ts';
import type { PlannedCell } from '../../../shared/sweep.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { goodOutcome, queueBench, untilAborted } from './queue-fixture.ts';
import type { Measure, QueueBench } from './queue-fixture.ts';

const cells = (...batchSizes: number[]): PlannedCell[] => batchSizes.map((batchSize) => plannedCell({ batchSize }));

/** The next time that the bench begins to measure. */
function onceMeasuring(measure: Measure): { readonly measure: Measure; readonly begun: Promise<unknown> } {
  const { promise, resolve } = Promise.withResolvers<null>();
  return {
    begun: promise,
    measure: (request, options) => {
      resolve(null);
      return measure(request, options);
    },
  };
}

const reasons = (bench: QueueBench, sweepId: number): (string | null)[] =>
  bench.store.sweeps.jobs(sweepId, 0, 100).map(({ reason }) => reason);

describe('the queue', () => {
  test('measures every cell of every round once, in the stored order, and ends', async () => {
    await using bench = queueBench();
    const sweep = await bench.addSweep(cells(1, 2, 4), { rounds: 2 });
    bench.queue.start();
    expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
    const jobs = bench.store.sweeps.jobs(sweep.id, 0, 100);
    expect(jobs.map(({ state }) => state)).toEqual(new Array(6).fill('done'));
    expect(bench.measured.map(({ cell }) => cell.batchSize)).toEqual(jobs.map(({ cell }) => cell.batchSize));
    expect(bench.store.sweeps.get(sweep.id).summary).toMatchObject({ state: 'done', counts: { done: 6, waiting: 0 } });
    expect((await bench.store.runs.query({})).total).toBe(6);
  });

  test('gives all cells of a round the same seed, and rounds different ones', async () => {
    await using bench = queueBench();
    await bench.addSweep(cells(1, 2), { rounds: 2 });
    bench.queue.start();
    await bench.queue.whenIdle();
    const [first, second, third, fourth] = bench.measured.map(({ seed }) => seed);
    expect([first, third]).toEqual([second, fourth]);
    expect(first).not.toBe(third);
  });

  test('works through sweeps by their place', async () => {
    await using bench = queueBench();
    await bench.addSweep(cells(1, 2));
    const late = await bench.addSweep(cells(64));
    bench.queue.move(late.id, 0);
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.measured[0]?.cell.batchSize).toBe(64);
  });

  test('tells its state, the progress of the cell and each stored run', async () => {
    await using bench = queueBench(async (_, { onProgress }) => {
      onProgress?.({ phase: 'measuring', elapsedMs: 5, samples: 3, medianMs: 1, lowMs: 0.9, highMs: 1.1 });
      return goodOutcome();
    });
    const sweep = await bench.addSweep(cells(1));
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(
      bench.events
        .filter(({ type }) => type === 'progress')
        .map((event) => event.type === 'progress' && event.progress.phase),
    ).toEqual(['preparing', 'measuring', 'storing']);
    expect(bench.events.find(({ type }) => type === 'run-stored')).toMatchObject({
      row: { sweepId: sweep.id, status: 'done', device: 'Example CPU' },
    });
    expect(bench.events.find(({ type }) => type === 'queue')).toMatchObject({
      state: { running: true, paused: false, sweeps: [{ id: sweep.id }] },
    });
    expect(bench.queue.state()).toMatchObject({ running: false, paused: false, current: null, progress: null });
  });

  test('goes on after cells that fail, and keeps the reason and the log', async () => {
    await using bench = queueBench(async ({ cell }, { onLog }) => {
      if (cell.batchSize !== 2) return goodOutcome();
      onLog?.('[E:onnxruntime] no kernel');
      throw new CrivoError('job-failed', 'The cell crashed (SIGSEGV).', { detail: 'stack' });
    });
    const sweep = await bench.addSweep(cells(1, 2, 4));
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.states(sweep.id).toSorted()).toEqual(['done', 'done', 'failed']);
    const failed = bench.store.sweeps.jobs(sweep.id, 0, 10).find(({ state }) => state === 'failed')!;
    expect(failed.reason).toBe('The cell crashed (SIGSEGV).');
    expect(bench.store.results.log(failed.id)).toBe('[E:onnxruntime] no kernel\nstack');
    expect((await bench.store.runs.query({ where: 'status:failed' })).rows[0]).toMatchObject({
      reason: failed.reason,
      p50Ms: null,
    });
  });

  test("a cell that can't be prepared fails alone", async () => {
    await using bench = queueBench(undefined, {
      prepare: () =>
        Promise.reject(
          new CrivoError('job-failed', 'The variant int8-static of digits-resnet could not be made: no data.'),
        ),
    });
    const sweep = await bench.addSweep(cells(1, 2));
    bench.queue.start();
    expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
    expect(reasons(bench, sweep.id)).toEqual(
      new Array(2).fill('The variant int8-static of digits-resnet could not be made: no data.'),
    );
  });

  test('marks what its sweep does not accept as rejected', async () => {
    await using bench = queueBench(async () => goodOutcome(), {
      prepare: async ({ job }, { seed }) => ({
        request: { cell: job.cell, modelPath: '/m.onnx', dataset: null, parentPath: null, seed },
        artifact: { precision: 'int8', sizeBytes: 1, parentSha256: 'a'.repeat(64) },
        accept: { minSnrDb: 1_000 },
      }),
    });
    const sweep = await bench.addSweep(cells(1));
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.states(sweep.id)).toEqual(['done']);
    const [row] = (await bench.store.runs.query({})).rows;
    expect(row).toMatchObject({ status: 'rejected', precision: 'int8' });
    expect(row?.reason).toMatch(/accept/);
  });
});

describe('stopping', () => {
  test('a pause lets the running cell end', async () => {
    await using bench = queueBench(async () => {
      bench.queue.pause();
      return goodOutcome();
    });
    const sweep = await bench.addSweep(cells(1, 2));
    bench.queue.start();
    expect(await bench.queue.whenIdle()).toEqual({ reason: 'paused' });
    expect(bench.queue.state()).toMatchObject({ running: false, paused: true });
    expect(bench.states(sweep.id)).toEqual(['done', 'waiting']);
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.measured).toHaveLength(2);
  });

  test('cancelling a sweep ends its running cell at once and leaves others', async () => {
    const { measure, begun } = onceMeasuring((request, options) =>
      request.cell.batchSize === 64 ? Promise.resolve(goodOutcome()) : untilAborted(request, options),
    );
    await using bench = queueBench(measure);
    const sweep = await bench.addSweep(cells(1, 2));
    const other = await bench.addSweep(cells(64));
    bench.queue.start();
    await begun;
    bench.queue.cancel(sweep.id);
    expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
    expect(bench.states(sweep.id)).toEqual(['cancelled', 'cancelled']);
    expect(bench.states(other.id)).toEqual(['done']);
    expect((await bench.store.runs.query({})).total).toBe(1);
  });

  test('closing gives the running cell back, for the next start', async () => {
    const { measure, begun } = onceMeasuring(untilAborted);
    await using bench = queueBench(measure);
    const sweep = await bench.addSweep(cells(1));
    bench.queue.start();
    await begun;
    await bench.queue.close();
    expect(bench.states(sweep.id)).toEqual(['waiting']);
    expect(() => bench.queue.start()).toThrow('The queue is closing');
  });

  test('failed and cancelled cells wait again when they are retried, and replace their failed runs', async () => {
    let healthy = false;
    await using bench = queueBench(async () => {
      if (healthy) return goodOutcome();
      throw new CrivoError('job-failed', 'It crashed.');
    });
    const sweep = await bench.addSweep(cells(1, 2));
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.states(sweep.id)).toEqual(['failed', 'failed']);
    healthy = true;
    expect(bench.queue.retry(sweep.id).counts).toMatchObject({ waiting: 2, failed: 0 });
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.states(sweep.id)).toEqual(['done', 'done']);
    expect((await bench.store.runs.query({})).total).toBe(2);
  });

  test('what a killed process left running is measured again, but not for ever', async () => {
    await using bench = queueBench();
    const sweep = await bench.addSweep(cells(1));
    for (let kill = 0; kill < 3; kill += 1) {
      expect(bench.store.sweeps.claimNext(bench.time.now)).not.toBeNull();
      expect(bench.store.sweeps.recoverInterrupted()).toBe(1);
    }
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.states(sweep.id)).toEqual(['done']);

    const fatal = await bench.addSweep(cells(2));
    for (let kill = 0; kill < 10; kill += 1) {
      bench.store.sweeps.claimNext(bench.time.now);
      bench.store.sweeps.recoverInterrupted();
    }
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(reasons(bench, fatal.id)[0]).toMatch(/^It was begun 10 times/);
  });

  test('a disk that refuses results stops the queue with its reason; no cell is burnt', async () => {
    await using bench = queueBench();
    const full = new CrivoError('storage', 'The disk of the data folder is full.');
    const sweep = await bench.addSweep(cells(1, 2, 4));
    await using broken = queueBench(undefined, {
      store: { ...bench.store, results: { ...bench.store.results, commit: () => Promise.reject(full) } },
    });
    broken.queue.start();
    expect(await broken.queue.whenIdle()).toEqual({ reason: 'failed', failure: full });
    expect(broken.queue.state()).toMatchObject({ running: false, stoppedBecause: full.message });
    expect(broken.measured).toHaveLength(1);
    expect(bench.states(sweep.id)).toEqual(['waiting', 'waiting', 'waiting']);
    bench.queue.start();
    await bench.queue.whenIdle();
    expect(bench.states(sweep.id)).toEqual(['done', 'done', 'done']);
  });

  test('a second queue on the same folder is told who works', async () => {
    const { measure, begun } = onceMeasuring(untilAborted);
    await using bench = queueBench(measure);
    await bench.addSweep(cells(1));
    bench.queue.start();
    await begun;
    await using second = queueBench(undefined, { store: bench.store });
    expect(() => second.queue.start()).toThrow(`Another crivo (process ${process.pid}`);
    await bench.queue.close();
    second.queue.start();
    expect(await second.queue.whenIdle()).toEqual({ reason: 'empty' });
    expect(second.measured).toHaveLength(1);
  });
});

describe('a schedule', () => {
  const hourMs = 3_600_000;

  test('waits for the start, at most half a minute at a time, and starts no cell after the end', async () => {
    const waits: number[] = [];
    await using bench = queueBench(
      async () => {
        bench.time.now += hourMs;
        return goodOutcome();
      },
      {
        wait: async (milliseconds) => {
          waits.push(milliseconds);
          bench.time.now += milliseconds;
        },
      },
    );
    const begin = bench.time.now;
    const sweep = await bench.addSweep(cells(1, 2, 4), {
      startsAt: begin + 70_000,
      untilAt: begin + 70_000 + 1.5 * hourMs,
    });
    expect(bench.store.sweeps.get(sweep.id).summary.state).toBe('scheduled');
    bench.queue.start();
    expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
    expect(waits).toEqual([30_000, 30_000, 10_000]);
    expect(bench.states(sweep.id)).toEqual(['done', 'done', 'waiting']);
    expect(bench.store.sweeps.get(sweep.id).summary.state).toBe('paused');
  });

  test('is looked at again when something changes', async () => {
    const waiting = Promise.withResolvers<null>();
    await using bench = queueBench(undefined, {
      wait: (_, signal) =>
        new Promise((_resolve, reject) => {
          waiting.resolve(null);
          signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true });
        }),
    });
    const later = await bench.addSweep(cells(1), { startsAt: bench.time.now + hourMs });
    bench.queue.start();
    await waiting.promise;
    const now = await bench.addSweep(cells(2));
    bench.queue.changed();
    bench.queue.cancel(later.id);
    bench.queue.changed();
    expect(await bench.queue.whenIdle()).toEqual({ reason: 'empty' });
    expect(bench.states(now.id)).toEqual(['done']);
  });
});
