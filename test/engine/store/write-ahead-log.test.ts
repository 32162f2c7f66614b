import Database from 'better-sqlite3';
import { copyFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { databaseFile, openDatabase } from '../../../main/engine/store/database.ts';
import { settle, unsynced } from '../../../main/engine/store/write-ahead-log.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { migrations } from '../../fixtures/many-runs.ts';
import {
  exampleSweep,
  measureAll,
  measuredResult,
  temporaryFolder,
  temporaryStore,
} from '../../fixtures/temporary-store.ts';

const readerEntry = join(import.meta.dirname, '../../../main/engine/store/reader-entry.ts');

/** Has every flush of a file wait until it is let go on; tells how many there were. */
async function heldFlushes() {
  const handle = await open(import.meta.filename);
  const prototype = Object.getPrototypeOf(handle) as Pick<FileHandle, 'datasync'>;
  await handle.close();
  const { datasync } = prototype;
  const held = Promise.withResolvers<null>();
  const spy = vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: FileHandle) {
    await held.promise;
    return datasync.call(this);
  });
  onTestFinished(() => spy.mockRestore());
  return { letGo: () => held.resolve(null), count: () => spy.mock.calls.length };
}

test('a result is told only when the log is on the disk, and this thread is free until then', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep([plannedCell()]));
  const { job } = store.sweeps.claimNext(Date.UTC(2026, 10, 24, 8))!;
  const flushes = await heldFlushes();
  let isTold = false;
  const committed = store.results.commit(measuredResult(job.id)).then(() => (isTold = true));
  await vi.waitFor(() => expect(flushes.count()).toBe(1));
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  expect(isTold).toBe(false);
  flushes.letGo();
  await committed;
  expect((await store.runs.query({})).total).toBe(1);
});

test('only what is asked to does not wait for the disk, also after a failure', () => {
  const db = openDatabase(temporaryFolder(), migrations());
  onTestFinished(() => void db.close());
  const mode = () => db.pragma('synchronous', { simple: true });
  expect([mode(), unsynced(db, mode), mode()]).toEqual([2, 1, 2]);
  expect(() =>
    unsynced(db, () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(mode()).toBe(2);
});

test('a log that is gone is told', async () => {
  const folder = temporaryFolder();
  const db = openDatabase(folder, migrations());
  onTestFinished(() => void db.close());
  await expect(settle(db)).resolves.toBeUndefined();
  rmSync(`${databaseFile(folder)}-wal`);
  await expect(settle(db)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('beside a reader’s thread the log is moved into the database as results come in', async () => {
  const store = temporaryStore({ readerEntry });
  const copy = join(temporaryFolder(), 'alone.sqlite');
  /** What the database's file holds without its log. */
  const settled = (): number => {
    copyFileSync(databaseFile(store.folder), copy);
    const db = new Database(copy);
    try {
      return db.prepare<[], number>('SELECT count(*) FROM runs').pluck().get()!;
    } finally {
      db.close();
    }
  };
  await store.sweeps.create(exampleSweep(Array.from({ length: 130 }, (_, at) => plannedCell({ batchSize: at + 1 }))));
  await measureAll(store);
  expect((await store.runs.query({})).total).toBe(130);
  await expect.poll(settled, { timeout: 10_000 }).toBeGreaterThanOrEqual(128);
});
