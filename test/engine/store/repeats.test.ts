import { expect, test } from 'vitest';
import { openDatabase } from '../../../main/engine/store/database.ts';
import { silentLogger } from '../../../main/engine/ports.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import type { JobResult } from '../../../main/engine/store/results.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { fillWithRuns, migrations } from '../../fixtures/many-runs.ts';
import {
  exampleSweep,
  handClock,
  measureAll,
  measuredResult,
  temporaryFolder,
  temporaryStore,
} from '../../fixtures/temporary-store.ts';

const now = Date.UTC(2026, 10, 24, 8);

function noisy(jobId: number): JobResult {
  const result = measuredResult(jobId);
  if (result.outcome.kind !== 'measured') throw new Error('measuredResult gives a measured result');
  const { measurement } = result.outcome;
  const interference = { ...measurement.interference, noisy: true, causes: ['other processes used 0.61 cores'] };
  return { ...result, outcome: { ...result.outcome, measurement: { ...measurement, interference } } };
}

test('a noisy run is measured again at the end, up to the bound, and every row stays', async () => {
  const store = temporaryStore();
  const cells = [plannedCell(), plannedCell({ batchSize: 4 })];
  const { id } = await store.sweeps.create(exampleSweep(cells, { remeasure: 2 }));
  const order: [batchSize: number, repeat: number][] = [];
  const told: [counts: number, remeasured: unknown, remainingMs: number][] = [];
  for (let claimed = store.sweeps.claimNext(now); claimed !== null; claimed = store.sweeps.claimNext(now)) {
    const { job } = claimed;
    order.push([job.cell.batchSize, job.repeat]);
    const { counts, remeasured, remainingMs } = store.sweeps.get(id).summary;
    told.push([counts.waiting + counts.running, remeasured, remainingMs]);
    await store.results.commit(job.cell.batchSize === 1 ? noisy(job.id) : measuredResult(job.id));
  }
  // The repeats count and take their time like first measures, from when they are known.
  expect(told).toEqual([
    [2, {}, 4_000],
    [2, { waiting: 1 }, 4_000],
    [1, { running: 1 }, 2_000],
    [1, { done: 1, running: 1 }, 2_000],
  ]);
  expect(order).toEqual([
    [1, 0],
    [4, 0],
    [1, 1],
    [1, 2],
  ]);
  const { rows } = await store.runs.query({ sweepId: id, where: 'batch:1', sort: [{ column: 'id' }] });
  expect(rows.map(({ round, repeat, noisy: marked }) => [round, repeat, marked])).toEqual([
    [1, 0, true],
    [1, 1, true],
    [1, 2, true],
  ]);
  expect(store.sweeps.get(id).summary).toMatchObject({
    state: 'done',
    counts: { done: 4, waiting: 0 },
    remeasured: { done: 2 },
  });
});

test('without a bound nothing is measured twice', async () => {
  const store = temporaryStore();
  const { id } = await store.sweeps.create(exampleSweep([plannedCell()]));
  await store.results.commit(noisy(store.sweeps.claimNext(now)!.job.id));
  expect(store.sweeps.get(id).summary.counts).toMatchObject({ done: 1, waiting: 0 });
});

test('a control runs beside its cell in the same round, and is told apart', async () => {
  const store = temporaryStore();
  const order = [1, 2].flatMap((round) => [
    { cell: 0, round },
    { cell: 0, round, role: 'control' as const },
  ]);
  const { id } = await store.sweeps.create(exampleSweep([plannedCell()], { rounds: 2, order }));
  await measureAll(store);
  const { rows } = await store.runs.query({ sweepId: id, sort: [{ column: 'id' }] });
  expect(rows.map(({ round, role }) => [round, role])).toEqual([
    [1, 'cell'],
    [1, 'control'],
    [2, 'cell'],
    [2, 'control'],
  ]);
  expect((await store.runs.query({ where: 'role:control' })).total).toBe(2);
  expect(store.runs.get(rows[1]!.id).run.role).toBe('control');
});

test('a data folder of the first version keeps its jobs, logs and counts', async () => {
  const folder = temporaryFolder();
  await fillWithRuns(folder, { runs: 12, cells: 4, sweeps: 1, samplesPerRun: 20 });
  const db = openDatabase(folder, migrations());
  const tables = ['jobs', 'job_logs', 'sweep_counts', 'runs'];
  const before = tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all());
  expect(before[0]).toHaveLength(12);
  // As version 1 had it.
  db.exec(`PRAGMA foreign_keys = OFF;
    CREATE TABLE old (id INTEGER PRIMARY KEY AUTOINCREMENT, sweep_id INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
      cell_id INTEGER NOT NULL REFERENCES cells (id), round INTEGER NOT NULL, position INTEGER NOT NULL, state TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, estimate_ms INTEGER NOT NULL, started_at_ms INTEGER, reason TEXT,
      UNIQUE (sweep_id, cell_id, round)) STRICT;
    INSERT INTO old SELECT id, sweep_id, cell_id, round, position, state, attempts, estimate_ms, started_at_ms, reason FROM jobs;
    DROP TABLE jobs; ALTER TABLE old RENAME TO jobs;
    ALTER TABLE runs DROP COLUMN role; ALTER TABLE runs DROP COLUMN repeat; ALTER TABLE sweeps DROP COLUMN remeasure;`);
  // The later index went with the table.
  for (const made of ['CREATE TABLE new_jobs', 'CREATE INDEX jobs_repeated'])
    db.exec(migrations().find((sql) => sql.includes(made))!);
  expect(tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all())).toEqual(before);
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
  const store = openStore({ folder, clock: handClock(), logger: silentLogger });
  expect(store.sweeps.list()[0]?.counts.done).toBeGreaterThan(8);
  await store.close();
});
