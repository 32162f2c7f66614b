import { expect, test } from 'vitest';
import {
  exampleEnvironment,
  exampleMeasurement,
  exampleSamples,
  plannedCell,
  seededRandom,
} from '../../fixtures/example-run.ts';
import { exampleSweep, measureAll, measuredResult, temporaryStore } from '../../fixtures/temporary-store.ts';

const now = Date.UTC(2026, 10, 24, 8);
const cells = [plannedCell({ batchSize: 1 }), plannedCell({ batchSize: 4 }), plannedCell({ batchSize: 16 })];

test('a measured run comes back whole', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep(cells));
  const claimed = store.sweeps.claimNext(now)!;
  const samplesMs = exampleSamples(1_000, 2.5, seededRandom(1));
  const measurement = exampleMeasurement(samplesMs);
  const result = measuredResult(claimed.job.id, 2.5, {
    outcome: { kind: 'measured', measurement, samplesMs, rejected: null },
  });
  const id = await store.results.commit(result);
  const { run, environment } = store.runs.get(id);
  expect(run).toMatchObject({
    id,
    jobId: claimed.job.id,
    status: 'done',
    reason: null,
    seed: 7,
    startedAt: '2026-11-24T08:00:00.000Z',
  });
  expect(run.cell).toEqual(claimed.job.cell);
  expect(run.measurement).toEqual(measurement);
  expect(environment).toEqual(exampleEnvironment);
  expect((await store.runs.samples(id, {})).samplesMs).toEqual(samplesMs);
  expect(store.results.log(claimed.job.id)).toBe('one line\n');
  expect(store.runs.row(id)).toMatchObject({
    p50Ms: measurement.statistics.p50.value,
    p999Ms: null,
    accuracy: 98.75,
    snrDb: 31.4,
    noisy: false,
    coefficientOfVariation: expect.closeTo(0.03, 12) as number,
  });
});

test('a rejected run is kept with its reason, and so is a failed one', async () => {
  const store = temporaryStore();
  const { id: sweepId } = await store.sweeps.create(exampleSweep(cells));
  const [rejected, failed] = [store.sweeps.claimNext(now)!.job.id, store.sweeps.claimNext(now)!.job.id];
  const measured = measuredResult(rejected);
  if (measured.outcome.kind !== 'measured') throw new Error('expected a measured result');
  await store.results.commit({
    ...measured,
    outcome: { ...measured.outcome, rejected: 'It loses 2.1 points of accuracy.' },
  });
  const reason = 'The cell took longer than its deadline of 60 s and was ended.';
  const failedRun = await store.results.commit({ ...measuredResult(failed), outcome: { kind: 'failed', reason } });
  const { rows } = await store.runs.query({ sort: [{ column: 'id' }] });
  expect(rows.map(({ status, reason: why }) => [status, why])).toEqual([
    ['rejected', 'It loses 2.1 points of accuracy.'],
    ['failed', reason],
  ]);
  expect(store.sweeps.get(sweepId).summary.counts).toMatchObject({ done: 1, failed: 1, waiting: 1 });
  expect(store.runs.get(failedRun).run.measurement).toBeNull();
  await expect(store.runs.samples(failedRun, {})).rejects.toThrow(
    `Run ${failedRun} has no samples: it was not measured.`,
  );
});

test('a retry replaces the failed run, once it is measured', async () => {
  const store = temporaryStore();
  const { id: sweepId } = await store.sweeps.create(exampleSweep(cells.slice(0, 1)));
  const { job } = store.sweeps.claimNext(now)!;
  await store.results.commit({ ...measuredResult(job.id), outcome: { kind: 'failed', reason: 'It crashed.' } });
  expect(store.sweeps.retryFailed(sweepId).state).toBe('waiting');
  expect((await store.runs.query({})).rows[0]?.status).toBe('failed');
  await measureAll(store);
  const { rows, total } = await store.runs.query({});
  expect(total).toBe(1);
  expect(rows[0]?.status).toBe('done');
  expect(store.sweeps.jobs(sweepId, 0, 1)).toMatchObject([
    { state: 'done', reason: null, attempts: 2, runId: rows[0]?.id },
  ]);
});

test('samples are thinned evenly, over the order statistics when sorted', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep(cells.slice(0, 1)));
  const [id] = await measureAll(store);
  const { samplesMs: all } = await store.runs.samples(id!, {});
  const thinned = await store.runs.samples(id!, { limit: 5, sorted: true });
  expect(thinned.count).toBe(200);
  expect(thinned.samplesMs).toHaveLength(5);
  expect(thinned.samplesMs[0]).toBe(Math.min(...all));
  expect(thinned.samplesMs[4]).toBe(Math.max(...all));
  expect(thinned.samplesMs).toEqual(thinned.samplesMs.toSorted());
  const inOrder = await store.runs.samples(id!, { limit: 2 });
  expect([...inOrder.samplesMs]).toEqual([all[0], all[199]]);
});

test('retention removes samples and keeps summaries', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep(cells));
  const [id] = await measureAll(store);
  expect(store.results.forgetSamples(now)).toBe(0);
  expect(store.results.forgetSamples(now + 1)).toBe(3);
  await expect(store.runs.samples(id!, {})).rejects.toThrow(/retention of the settings removed them/);
  expect(store.runs.get(id!).run.measurement?.statistics.count).toBe(200);
});

test('tags and notes are set on all runs or on none', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep(cells));
  const ids = await measureAll(store);
  store.runs.annotate({ ids, tags: ['baseline', 'café', 'baseline'], note: 'quiet night' });
  expect(() => store.runs.annotate({ ids: [...ids, 999], tags: [] })).toThrow(
    /There is no run 999: nothing was changed/,
  );
  expect(store.runs.row(ids[2]!)).toMatchObject({ tags: ['baseline', 'café'], note: 'quiet night' });
  store.runs.annotate({ ids: [ids[0]!], tags: [] });
  expect(store.runs.row(ids[0]!)).toMatchObject({ tags: [], note: 'quiet night' });
});

test('rows are sorted with blanks last, compared with a baseline, and paged', async () => {
  const store = temporaryStore();
  await store.sweeps.create(
    exampleSweep([...cells, { ...plannedCell({ provider: 'cuda' }), skipped: { reason: 'No.', cure: '' } }]),
  );
  const [slowest, middle, fastest] = await measureAll(store, (position) => 8 / 2 ** position);
  const sorted = async (column: string, descending: boolean) =>
    (await store.runs.query({ sort: [{ column, descending }], baselineRunId: middle })).rows;
  expect((await sorted('p50Ms', false)).map(({ status, id }) => (status === 'skipped' ? 'blank' : id))).toEqual([
    fastest,
    middle,
    slowest,
    'blank',
  ]);
  expect((await sorted('speedup', true)).map(({ status, id }) => (status === 'skipped' ? 'blank' : id))).toEqual([
    fastest,
    middle,
    slowest,
    'blank',
  ]);
  const speedups = (await sorted('p50', true)).map(({ speedup }) => speedup);
  expect(speedups[1]).toBe(1);
  expect(speedups[0]).toBeCloseTo(0.5, 1);
  expect(speedups[3]).toBeNull();
  const page = await store.runs.query({ sort: [{ column: 'run' }], offset: 2, limit: 1 });
  expect(page).toMatchObject({ total: 4, rows: [{ id: middle }] });
  await expect(store.runs.query({ sort: [{ column: 'latencyy' }] })).rejects.toThrow(
    /"latencyy".*did you mean "latency"/,
  );
});

test('facets count the values among the runs of a filter', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep([...cells, plannedCell({ modelName: 'ocr', batchSize: 1 })], { rounds: 2 }));
  const ids = await measureAll(store);
  store.runs.annotate({ ids: ids.slice(0, 3), tags: ['kept'] });
  const facets = Object.fromEntries(
    (await store.runs.facets('batch<=4')).map(({ column, values }) => [column, values]),
  );
  expect(facets.model).toEqual([
    { value: 'digits-resnet', count: 4 },
    { value: 'ocr', count: 2 },
  ]);
  expect(facets.batch).toEqual([
    { value: '1', count: 4 },
    { value: '4', count: 2 },
  ]);
  expect(facets).toMatchObject({
    noisy: [{ value: 'no', count: 6 }],
    sweep: [{ value: 'a night', count: 6 }],
    tag: [{ value: 'kept', count: 2 }],
  });
  await expect(store.runs.facets('modell:x')).rejects.toThrow(
    /unknown column "modell" at character 1; did you mean "model"\?/,
  );
});

test('an unknown run or job is named', () => {
  const store = temporaryStore();
  expect(() => store.runs.get(5)).toThrow(/There is no run 5/);
  expect(() => store.results.log(5)).toThrow(/There is no job 5/);
});
