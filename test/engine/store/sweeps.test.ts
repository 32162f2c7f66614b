import { expect, test } from 'vitest';
import { plannedCell } from '../../fixtures/example-run.ts';
import { exampleSweep, handClock, measureAll, measuredResult, temporaryStore } from '../../fixtures/temporary-store.ts';

const now = Date.UTC(2026, 10, 24, 8);
const hourMs = 3_600_000;
const twoCells = [plannedCell({ batchSize: 1 }), plannedCell({ batchSize: 4 })];
const skippedCell = {
  ...plannedCell({ provider: 'cuda' }),
  skipped: { reason: 'The provider cuda does not work here.', cure: 'Install its driver.' },
};

test('jobs are claimed in the shuffled order, each once', async () => {
  const store = temporaryStore();
  const order = [
    { cell: 1, round: 1 },
    { cell: 0, round: 1 },
    { cell: 0, round: 2 },
    { cell: 1, round: 2 },
  ];
  const sweep = await store.sweeps.create(exampleSweep(twoCells, { rounds: 2, order }));
  const claimed = order.map(() => store.sweeps.claimNext(now));
  expect(claimed.map((one) => [one?.job.cell.batchSize, one?.job.round])).toEqual([
    [4, 1],
    [1, 1],
    [1, 2],
    [4, 2],
  ]);
  expect(claimed[0]).toMatchObject({
    sweepName: 'a night',
    seed: 7,
    folder: '/',
    job: { state: 'running', attempts: 1 },
  });
  expect(store.sweeps.claimNext(now)).toBeNull();
  expect(store.sweeps.get(sweep.id).summary).toMatchObject({
    state: 'running',
    counts: { running: 4, waiting: 0 },
    remainingMs: 8_000,
  });
});

test('a skipped cell is a job and a run that say why and how to mend it', async () => {
  const store = temporaryStore();
  const sweep = await store.sweeps.create(exampleSweep([...twoCells, skippedCell]));
  const reason = 'The provider cuda does not work here. Install its driver.';
  expect(sweep.counts).toMatchObject({ waiting: 2, skipped: 1 });
  expect(store.sweeps.jobs(sweep.id, 2, 10)).toMatchObject([{ state: 'skipped', reason, runId: 1 }]);
  const { rows } = await store.runs.query({});
  expect(rows).toMatchObject([
    { status: 'skipped', reason, provider: 'cuda', p50Ms: null, samples: null, noisy: null },
  ]);
});

test('a sweep of nothing but skipped cells is done at once', async () => {
  const sweep = await temporaryStore().sweeps.create(exampleSweep([skippedCell]));
  expect(sweep).toMatchObject({ state: 'done', counts: { skipped: 1 } });
  expect(sweep.finishedAt).not.toBeNull();
});

test('nothing of a sweep is seen before all of it is written, and none where it fails', async () => {
  const store = temporaryStore();
  const cells = Array.from({ length: 600 }, (_, index) => plannedCell({ sessionOptions: { index: String(index) } }));
  const creating = store.sweeps.create(exampleSweep(cells));
  expect(store.sweeps.list()).toEqual([]);
  expect(store.sweeps.claimNext(now)).toBeNull();
  expect((await creating).counts.waiting).toBe(600);

  const doubled = [...cells, cells[0]!, skippedCell];
  await expect(store.sweeps.create(exampleSweep(doubled))).rejects.toThrow(/UNIQUE/);
  expect(store.sweeps.list()).toHaveLength(1);
  expect((await store.runs.query({})).total).toBe(0);
});

test('a sweep starts at its time and starts nothing after its end', async () => {
  const clock = handClock();
  const store = temporaryStore({ clock });
  const sweep = await store.sweeps.create(
    exampleSweep(twoCells, { startsAt: now + hourMs, untilAt: now + 2 * hourMs }),
  );
  expect(sweep.state).toBe('scheduled');
  expect(store.sweeps.claimNext(now + hourMs - 1)).toBeNull();
  expect(store.sweeps.claimNext(now + hourMs)).not.toBeNull();
  expect(store.sweeps.claimNext(now + 2 * hourMs)).toBeNull();
  store.sweeps.recoverInterrupted();
  clock.set(now + 2 * hourMs);
  expect(store.sweeps.get(sweep.id).summary.state).toBe('paused');
  expect(store.sweeps.setState(sweep.id, 'waiting')).toMatchObject({ state: 'waiting', untilAt: null });
});

test('sweeps run by their position; a paused one is passed over', async () => {
  const store = temporaryStore();
  const [first, second, third] = [
    await store.sweeps.create(exampleSweep(twoCells, { name: 'first' })),
    await store.sweeps.create(exampleSweep(twoCells, { name: 'second' })),
    await store.sweeps.create(exampleSweep(twoCells, { name: 'third' })),
  ];
  store.sweeps.move(third.id, 0);
  store.sweeps.move(first.id, 2);
  expect([third, second, first].map(({ id }) => store.sweeps.get(id).summary.position)).toEqual([0, 1, 2]);
  expect(store.sweeps.setState(third.id, 'paused').state).toBe('paused');
  expect(store.sweeps.claimNext(now)?.sweepName).toBe('second');
  store.sweeps.setState(third.id, 'waiting');
  expect(store.sweeps.claimNext(now)?.sweepName).toBe('third');
});

test('cancelling ends what waits and leaves the running job to its runner', async () => {
  const store = temporaryStore();
  const { id } = await store.sweeps.create(exampleSweep(twoCells));
  const claimed = store.sweeps.claimNext(now)!;
  expect(store.sweeps.cancel(id)).toMatchObject({
    state: 'cancelled',
    finishedAt: null,
    counts: { running: 1, cancelled: 1 },
  });
  expect(store.sweeps.running()?.id).toBe(claimed.job.id);
  store.sweeps.release(claimed.job.id, 'cancelled');
  expect(store.sweeps.running()).toBeNull();
  expect(store.sweeps.get(id).summary.finishedAt).not.toBeNull();
  expect(() => store.sweeps.cancel(id)).toThrow(/nothing left to run: retry it/);
  expect(store.sweeps.retryFailed(id)).toMatchObject({ state: 'waiting', finishedAt: null, counts: { waiting: 2 } });
});

test('after a kill, what was running waits again and nothing counts twice', async () => {
  const store = temporaryStore();
  const { id } = await store.sweeps.create(exampleSweep(twoCells));
  const claimed = store.sweeps.claimNext(now)!;
  expect(store.sweeps.recoverInterrupted()).toBe(1);
  expect(store.sweeps.recoverInterrupted()).toBe(0);
  const again = store.sweeps.claimNext(now)!;
  expect(again.job).toMatchObject({ id: claimed.job.id, attempts: 2 });
  await store.results.commit(measuredResult(again.job.id));
  await expect(store.results.commit(measuredResult(again.job.id))).rejects.toMatchObject({ kind: 'conflict' });
  await measureAll(store);
  expect(store.sweeps.get(id).summary).toMatchObject({ state: 'done', counts: { done: 2 }, remainingMs: 0 });
  expect((await store.runs.query({})).total).toBe(2);
});

test('a removed sweep leaves the lists but keeps its results', async () => {
  const store = temporaryStore();
  const measured = await store.sweeps.create(exampleSweep(twoCells));
  await measureAll(store);
  const unmeasured = await store.sweeps.create(exampleSweep([plannedCell({ batchSize: 8 })]));
  const claimed = store.sweeps.claimNext(now)!;
  expect(() => store.sweeps.remove(unmeasured.id)).toThrow(/cancel it first/);
  store.sweeps.release(claimed.job.id, 'waiting');
  store.sweeps.remove(measured.id);
  store.sweeps.remove(unmeasured.id);
  expect(store.sweeps.list()).toEqual([]);
  expect(() => store.sweeps.get(measured.id)).toThrow(/There is no sweep 1/);
  expect((await store.runs.query({})).total).toBe(2);
});

test('earlier runs tell how long a cell takes', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep([plannedCell({ batchSize: 4 })], { rounds: 3 }));
  await measureAll(store, (position) => 1 + position);
  const [same, similar, unknown] = await store.runs.durations([
    plannedCell({ batchSize: 4 }).cell,
    plannedCell({ batchSize: 4, threads: 2 }).cell,
    plannedCell({ batchSize: 16 }).cell,
  ]);
  expect(same?.sameCell).toEqual({ wallMs: 2_400, runs: 3 });
  expect(similar?.sameCell).toBeNull();
  expect(similar?.similar?.runs).toBe(3);
  expect(similar?.similar?.latencyMs).toBeCloseTo(2, 1);
  expect(similar?.similar?.overheadMs).toBeGreaterThan(0);
  expect(similar?.similar?.measuringMs).toBeGreaterThan(0);
  expect(unknown).toEqual({ sameCell: null, similar: null });
});
