import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import type { BackupManifest } from '../../../main/engine/maintenance/backup-format.ts';
import { restoreBackup } from '../../../main/engine/maintenance/restore-backup.ts';
import { writeBackup } from '../../../main/engine/maintenance/write-backup.ts';
import { systemClock } from '../../../main/engine/ports.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../../fixtures/workbench.ts';

const clock = systemClock;

test('a backup taken while a sweep runs, restored, holds a sound part of its runs and every model; the sweep goes on from it', async () => {
  const folder = temporaryFolder();
  const dataFolder = join(folder, 'data');
  const file = join(folder, 'night.tar');
  const workbench = await openedWorkbench(dataFolder);
  const rounds = 6;
  const { id } = await workbench.call('sweeps.queue', { yaml: briefSweep({ rounds, remeasureNoisy: 0 }) });
  const firstRun = new Promise<void>((resolve) => {
    const end = workbench.hub.subscribe(null, ({ event }) => {
      if (event.type !== 'run-stored') return;
      end();
      resolve();
    });
  });
  await workbench.call('queue.start', {});
  await firstRun;
  const written = await writeBackup({ dataFolder, file, replace: false, clock });
  expect(readdirSync(folder).sort()).toEqual(['data', 'night.tar']);
  await workbench.queueIdle();
  const models = await workbench.call('models.list', {});
  const all = await workbench.call('results.query', {});
  await workbench.close();

  const target = join(folder, 'restored');
  const { manifest, movedTo } = await restoreBackup({ file, dataFolder: target, replace: false, clock });
  expect(movedTo).toBeNull();
  expect(manifest.files).toBe(written.files);
  const restored = await openedWorkbench(target);
  expect(await restored.call('models.list', {})).toEqual(models);
  const { rows } = await restored.call('results.query', {});
  expect(rows.length).toBeGreaterThan(0);
  expect(all.rows).toEqual(expect.arrayContaining([...rows]));
  expect(await workThrough(restored)).toEqual({ reason: 'empty' });
  const { summary } = await restored.call('sweeps.get', { id });
  expect(summary.counts).toMatchObject({ done: rounds, waiting: 0, running: 0 });
}, 120_000);

/** A data folder with the starter models, closed. */
async function closedFolder(dataFolder: string): Promise<void> {
  await (await openedWorkbench(dataFolder)).close();
}

test('an existing backup or data folder is never written over unasked; what is replaced is kept aside', async () => {
  const folder = temporaryFolder();
  const dataFolder = join(folder, 'data');
  const file = join(folder, 'backup.tar');
  await closedFolder(dataFolder);
  await writeBackup({ dataFolder, file, replace: false, clock });
  await expect(writeBackup({ dataFolder, file, replace: false, clock })).rejects.toMatchObject({ kind: 'conflict' });
  await writeBackup({ dataFolder, file, replace: true, clock });
  writeFileSync(join(dataFolder, 'mine.txt'), 'kept');
  await expect(restoreBackup({ file, dataFolder, replace: false, clock })).rejects.toMatchObject({ kind: 'conflict' });
  const { movedTo } = await restoreBackup({ file, dataFolder, replace: true, clock });
  expect(readFileSync(join(movedTo!, 'mine.txt'), 'utf8')).toBe('kept');
  expect(readdirSync(dataFolder)).toEqual(['artifacts', 'crivo.sqlite']);
}, 60_000);

test('a folder without data and an unwritable place are told in one sentence', async () => {
  const folder = temporaryFolder();
  await expect(
    writeBackup({ dataFolder: folder, file: join(folder, 'b.tar'), replace: false, clock }),
  ).rejects.toMatchObject({ kind: 'not-found', message: expect.stringMatching(/holds no data of Crivo/) as unknown });
  const dataFolder = join(folder, 'data');
  await closedFolder(dataFolder);
  await expect(
    writeBackup({ dataFolder, file: join(folder, 'nowhere', 'b.tar'), replace: false, clock }),
  ).rejects.toMatchObject({ kind: 'storage', message: expect.stringMatching(/its folder does not exist/) as unknown });
});

test('cancelling leaves neither a file nor a folder', async () => {
  const folder = temporaryFolder();
  const dataFolder = join(folder, 'data');
  await closedFolder(dataFolder);
  const file = join(folder, 'backup.tar');
  const abort = new AbortController();
  const onProgress = (fraction: number | null): void => {
    if (fraction !== null) abort.abort();
  };
  const request = { dataFolder, file, replace: false, clock };
  await expect(writeBackup(request, { signal: abort.signal, onProgress })).rejects.toMatchObject({ kind: 'cancelled' });
  await writeBackup(request);
  const again = new AbortController();
  const restoring = restoreBackup(
    { ...request, dataFolder: join(folder, 'other') },
    { signal: again.signal, onProgress: () => again.abort() },
  );
  await expect(restoring).rejects.toMatchObject({ kind: 'cancelled' });
  expect(readdirSync(folder).sort()).toEqual(['backup.tar', 'data']);
});

test('a backup that is cut, changed, or no backup is refused, and nothing is left behind', async () => {
  const folder = temporaryFolder();
  const dataFolder = join(folder, 'data');
  await closedFolder(dataFolder);
  const file = join(folder, 'backup.tar');
  await writeBackup({ dataFolder, file, replace: false, clock });
  const whole = readFileSync(file);
  const refused = async (name: string, bytes: Buffer): Promise<void> => {
    const bad = join(folder, name);
    writeFileSync(bad, bytes);
    await expect(
      restoreBackup({ file: bad, dataFolder: join(folder, 'target'), replace: false, clock }),
    ).rejects.toMatchObject({ kind: 'invalid-input', message: expect.stringContaining(bad) as unknown });
  };
  for (const share of [0, 0.001, 0.3, 0.9, 0.99]) {
    const cut = join(folder, 'cut.tar');
    writeFileSync(cut, whole);
    truncateSync(cut, Math.floor(whole.length * share));
    await refused('cut.tar', readFileSync(cut));
  }
  const changed = Buffer.from(whole);
  const place = Math.floor(whole.length / 2);
  changed[place] = changed[place]! ^ 1;
  await refused('changed.tar', changed);
  await refused('random.tar', randomBytes(100_000));
  await refused('text.tar', Buffer.from('this is no tar file'));
  expect(readdirSync(folder).some((name) => name.startsWith('target'))).toBe(false);
});

test('a hostile backup writes nothing outside its folder', async () => {
  const folder = temporaryFolder();
  const hostile = async (name: string, type: 'file' | 'symlink' = 'file'): Promise<void> => {
    const file = join(folder, 'hostile.tar');
    const manifest: BackupManifest = {
      ...{ format: 1, crivoVersion: '0.1.0', createdAt: '2026-11-25T00:00:00.000Z', machineId: 'm', files: 1 },
      totalBytes: 100,
    };
    const tar = pack();
    const written = pipeline(tar, createWriteStream(file));
    tar.entry({ name: 'crivo-backup.json' }, JSON.stringify(manifest));
    if (type === 'file') tar.entry({ name }, 'evil');
    else tar.entry({ name, type, linkname: '/etc' });
    tar.finalize();
    await written;
    const target = join(folder, 'deep', 'target');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    await expect(restoreBackup({ file, dataFolder: target, replace: false, clock })).rejects.toMatchObject({
      kind: 'invalid-input',
    });
    expect(readdirSync(join(folder, 'deep'))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['deep', 'hostile.tar']);
  };
  for (const name of [
    '../evil',
    'artifacts/../../evil',
    '/tmp/evil',
    'artifacts/a\\..\\evil',
    'other/file',
    'artifacts',
  ])
    await hostile(name);
  await hostile('artifacts/ab', 'symlink');
});
