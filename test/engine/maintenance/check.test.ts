import Database from 'better-sqlite3';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkDataFolder, repairDataFolder } from '../../../main/engine/maintenance/check-data-folder.ts';
import { systemClock } from '../../../main/engine/ports.ts';
import { artifactStore } from '../../../main/engine/store/artifacts.ts';
import { databaseFile } from '../../../main/engine/store/database.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../../fixtures/workbench.ts';

const check = (folder: string) => checkDataFolder(folder, systemClock);
const modelFile = (folder: string, sha256: string): string => join(artifactStore(folder).path(sha256), 'model.onnx');

/** A closed data folder with the starter models, one of them imported from `source`, and two runs. */
async function exampleFolder(): Promise<{ folder: string; source: string; models: Map<string, string> }> {
  const folder = temporaryFolder();
  const source = join(temporaryFolder(), 'mine.onnx');
  copyFileSync(join(import.meta.dirname, '../../../resources/models/digits-mobilenet.onnx'), source);
  // Another content than the starter model: a field that nothing knows.
  appendFileSync(source, Buffer.from([0xa2, 0x3f, 0x01, 0x2a]));
  const workbench = await openedWorkbench(folder);
  const { added } = await workbench.call('models.add', { paths: [source] });
  expect(added).toHaveLength(1);
  await workbench.call('sweeps.queue', { yaml: briefSweep({ rounds: 2 }) });
  await workThrough(workbench);
  const list = await workbench.call('models.list', {});
  await workbench.close();
  return { folder, source, models: new Map(list.map(({ name, sha256 }) => [name, sha256])) };
}

test('a sound folder has no findings; each kind of damage is found, told, and mended as far as it can be', async () => {
  const { folder, source, models } = await exampleFolder();
  expect(await check(folder)).toMatchObject({ runs: 2, models: 4, findings: [] });

  appendFileSync(modelFile(folder, models.get('mine')!), 'x');
  rmSync(modelFile(folder, models.get('digits-resnet')!));
  const orphan = join(folder, 'artifacts', 'ab', 'ab'.repeat(32));
  mkdirSync(orphan, { recursive: true });
  writeFileSync(join(orphan, 'model.onnx'), 'nobody');
  mkdirSync(join(folder, 'work', '999999999-abc'), { recursive: true });
  const db = new Database(databaseFile(folder));
  db.exec("UPDATE run_samples SET data = x'00112233' WHERE run_id = 1");
  db.close();

  const found = await check(folder);
  const whats = found.findings.map(({ what }) => what);
  expect(whats).toEqual([
    "The samples of run 1 can't be read; the summaries can.",
    'The file of the model "digits-resnet" is missing.',
    'The file of the model "mine" is not what was added.',
    expect.stringContaining('belongs to no model of the library (6 B).'),
    expect.stringContaining('belongs to a process that has ended'),
  ]);
  // A check alone changes nothing.
  expect((await check(folder)).findings.map(({ what }) => what)).toEqual(whats);
  const repairs = await repairDataFolder(folder, found, systemClock);
  expect(repairs).toHaveLength(5);
  expect(repairs).toContain(`"mine" was copied again from ${source}.`);
  expect(await check(folder)).toMatchObject({ runs: 2, findings: [] });
  expect(readdirSync(join(folder, 'artifacts', 'ab'))).toEqual([]);

  const workbench = await openedWorkbench(folder);
  const { rows } = await workbench.call('results.query', {});
  expect(rows.every(({ p50Ms }) => p50Ms !== null)).toBe(true);
  await expect(workbench.call('results.samples', { id: 1 })).rejects.toMatchObject({ kind: 'not-found' });
  expect((await workbench.call('results.samples', { id: 2 })).count).toBeGreaterThan(0);
}, 120_000);

test('a model whose source is gone as well is taken out, and adding it again brings it back with its name', async () => {
  const { folder, source, models } = await exampleFolder();
  const elsewhere = join(temporaryFolder(), 'elsewhere.onnx');
  copyFileSync(source, elsewhere);
  rmSync(source);
  rmSync(modelFile(folder, models.get('mine')!));
  const repairs = await repairDataFolder(folder, await check(folder), systemClock);
  expect(repairs).toEqual([expect.stringContaining('"mine" was taken out of the library')]);
  const workbench = await openedWorkbench(folder);
  const { added } = await workbench.call('models.add', { paths: [elsewhere] });
  expect(added.map(({ name }) => name)).toEqual(['mine']);
  await workbench.close();
  expect((await check(folder)).findings).toEqual([]);
}, 120_000);

test('damage in the database file is found; a lost index is built again', async () => {
  const { folder } = await exampleFolder();
  const db = new Database(databaseFile(folder));
  db.unsafeMode();
  db.pragma('writable_schema = ON');
  // The index claims to be over another column: its entries are all wrong.
  db.exec("UPDATE sqlite_schema SET sql = 'CREATE INDEX runs_by_sweep ON runs (round)' WHERE name = 'runs_by_sweep'");
  db.close();
  const { findings } = await check(folder);
  expect(findings[0]?.what).toMatch(/^The database is damaged: /);
  const [told] = await repairDataFolder(folder, { runs: 0, models: 0, findings: findings.slice(0, 1) }, systemClock);
  expect(told).toBe('The indexes were built again and the database is sound.');
  expect((await check(folder)).findings).toEqual([]);
}, 120_000);

test('repairing waits for nobody: where another process works through the queue, it is told who', async () => {
  const folder = temporaryFolder();
  const workbench = await openedWorkbench(folder);
  await workbench.call('sweeps.queue', { yaml: briefSweep({ rounds: 50 }) });
  await workbench.call('queue.start', {});
  const found = await check(folder);
  await expect(repairDataFolder(folder, found, systemClock)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining(`process ${process.pid}`) as unknown,
  });
}, 60_000);

test('a folder that holds no data, and one whose database is no database, are told in one sentence', async () => {
  const folder = temporaryFolder();
  await expect(check(folder)).rejects.toMatchObject({ kind: 'storage' });
  writeFileSync(databaseFile(folder), 'this is no database, whatever its name says');
  await expect(check(folder)).rejects.toMatchObject({
    kind: 'storage',
    message: expect.stringContaining('put a backup in its place') as unknown,
  });
});
