import Database from 'better-sqlite3';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '../../../main/engine/ports.ts';
import { databaseFile, openDatabase, openForReading } from '../../../main/engine/store/database.ts';
import { guarded, storageError } from '../../../main/engine/store/storage-error.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { handClock, temporaryFolder } from '../../fixtures/temporary-store.ts';
import { migrations } from '../../fixtures/many-runs.ts';

const open = (folder: string) => openStore({ folder, clock: handClock(), logger: silentLogger });
const first = 'CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;';
const second = 'ALTER TABLE things ADD COLUMN size_bytes INTEGER; UPDATE things SET size_bytes = 7;';

test('a data folder is made, with its parents, and opened again', async () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  const store = open(folder);
  const { machineId } = store;
  await store.close();
  const again = open(folder);
  expect(again.machineId).toBe(machineId);
  await again.close();
});

test('a migration keeps the data and leaves a backup of what was before', () => {
  const folder = temporaryFolder();
  const before = openDatabase(folder, [first]);
  before.exec("INSERT INTO things (name) VALUES ('kept')");
  before.close();
  const after = openDatabase(folder, [first, second]);
  expect(after.prepare('SELECT * FROM things').all()).toEqual([{ id: 1, name: 'kept', size_bytes: 7 }]);
  expect(after.pragma('user_version', { simple: true })).toBe(2);
  after.close();
  const backup = new Database(`${databaseFile(folder)}.before-2`, { readonly: true });
  expect(backup.prepare('SELECT * FROM things').all()).toEqual([{ id: 1, name: 'kept' }]);
  expect(backup.pragma('user_version', { simple: true })).toBe(1);
  backup.close();
});

test('a migration that fails changes nothing', () => {
  const folder = temporaryFolder();
  openDatabase(folder, [first]).close();
  expect(() => openDatabase(folder, [first, `${second} SELECT broken;`])).toThrow(/broken/);
  const still = openDatabase(folder, [first]);
  expect(still.pragma('table_info(things)')).toHaveLength(2);
  still.close();
});

test('a newer file is refused unchanged', () => {
  const folder = temporaryFolder();
  openDatabase(folder, migrations()).close();
  const newer = new Database(databaseFile(folder));
  newer.pragma('user_version = 99');
  newer.pragma('wal_checkpoint(TRUNCATE)');
  newer.close();
  const bytes = readFileSync(databaseFile(folder));
  const files = readdirSync(folder);
  expect(() => open(folder)).toThrow(
    /written by a newer Crivo \(format 99, this one knows \d+\): update Crivo.*nothing was changed/,
  );
  expect(readFileSync(databaseFile(folder)).equals(bytes)).toBe(true);
  expect(readdirSync(folder)).toEqual(files);
});

test.each([
  [
    'text in its place',
    (file: string) => writeFileSync(file, 'not a database at all, but long enough to be read as one '.repeat(100)),
  ],
  [
    'damaged pages',
    (file: string) => {
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 100, 4_096 * 3);
      writeFileSync(file, bytes);
    },
  ],
])('a damaged database is named with what to do: %s', (_name, damage) => {
  const folder = temporaryFolder();
  openDatabase(folder, migrations()).close();
  damage(databaseFile(folder));
  expect(() => open(folder)).toThrow(
    expect.objectContaining({
      kind: 'storage',
      message: `The database crivo.sqlite in ${folder} is damaged: put a backup in its place, or move it away to start with an empty one.`,
    }),
  );
});

test('a folder that can not be made is named', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  for (const folder of [file, join(file, 'below')]) {
    expect(() => open(folder)).toThrow(
      expect.objectContaining({
        kind: 'storage',
        message: expect.stringContaining(`The data folder ${folder} can't be opened or made`) as string,
      }),
    );
  }
});

test('writing to a database that is open for reading only says so', () => {
  const folder = temporaryFolder();
  openDatabase(folder, migrations()).close();
  const db = openForReading(folder);
  const writes = guarded({ write: () => db.exec("INSERT INTO properties (name, value) VALUES ('a', 'b')") }, folder);
  expect(() => writes.write()).toThrow(
    expect.objectContaining({ kind: 'storage', message: expect.stringContaining("can't be written to") as string }),
  );
  db.close();
});

test('a full disk is named, and what was stored before is kept', () => {
  const folder = temporaryFolder();
  const db = openDatabase(folder, migrations());
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 2}`);
  const insert = db.prepare('INSERT INTO properties (name, value) VALUES (?, ?)');
  const writes = guarded({ write: (name: string, value: string) => insert.run(name, value) }, folder);
  writes.write('small', 'value');
  expect(() => writes.write('large', 'x'.repeat(100_000))).toThrow(
    expect.objectContaining({
      kind: 'storage',
      message: expect.stringContaining('is full or refuses to take more') as string,
    }),
  );
  expect(db.prepare('SELECT count(*) FROM properties').pluck().get()).toBe(1);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
});

test('a writer that waits for another too long says so', () => {
  const folder = temporaryFolder();
  const holder = openDatabase(folder, migrations());
  const other = openDatabase(folder, migrations());
  other.pragma('busy_timeout = 20');
  holder.exec('BEGIN IMMEDIATE');
  const writes = guarded({ write: () => other.exec("INSERT INTO properties (name, value) VALUES ('a', 'b')") }, folder);
  expect(() => writes.write()).toThrow(
    expect.objectContaining({
      kind: 'conflict',
      message: expect.stringContaining('Another crivo process has been writing') as string,
    }),
  );
  holder.close();
  other.close();
});

test('only failures of storage are turned into sentences', async () => {
  const bug = new TypeError('a bug');
  expect(storageError(bug, '/data')).toBe(bug);
  expect(
    storageError(Object.assign(new Error('constraint'), { code: 'SQLITE_CONSTRAINT_UNIQUE' }), '/data'),
  ).not.toBeInstanceOf(CrivoError);
  const late = guarded(
    { read: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) },
    '/data',
  );
  await expect(late.read()).rejects.toMatchObject({ kind: 'storage', detail: 'ENOSPC: no space' });
});

test('a copy taken while the database is open, as after a power cut, opens whole', async () => {
  const [folder, copy] = [temporaryFolder(), temporaryFolder()];
  const store = open(folder);
  store.settings.update({ theme: 'dark' });
  for (const name of readdirSync(folder).filter((file) => !file.endsWith('-shm')))
    copyFileSync(join(folder, name), join(copy, name));
  await store.close();
  const opened = open(copy);
  expect(opened.settings.get().theme).toBe('dark');
  await opened.close();
});
