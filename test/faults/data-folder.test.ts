import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { databaseFile, openDatabase } from '../../main/engine/store/database.ts';
import { migrations } from '../fixtures/many-runs.ts';
import { sweepProcesses } from '../fixtures/sweep-processes.ts';
import type { MessageFromSweep } from '../fixtures/sweep-processes.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../fixtures/workbench.ts';

/** The messages of a process, all of them once it has ended. */
async function messagesOf(child: ReturnType<Awaited<ReturnType<typeof sweepProcesses>>['start']>) {
  const messages: MessageFromSweep[] = [];
  child.on('message', (message: MessageFromSweep) => messages.push(message));
  await once(child, 'exit');
  return messages;
}

test.skipIf(process.platform === 'win32')(
  'a disk that fills up stops the sweep with one sentence, loses nothing, and with more space the sweep goes on',
  async () => {
    const folder = temporaryFolder();
    const rounds = 12;
    const preparation = await openedWorkbench(folder);
    const { id } = await preparation.call('sweeps.queue', { yaml: briefSweep({ rounds }) });
    await preparation.call('hardware.report', {});
    await preparation.close();
    const processes = await sweepProcesses();

    // No file may pass 320 blocks of 512 or 1,024 bytes: the database's log reaches that after some runs.
    const messages = await messagesOf(processes.start(folder, 'ulimit -f 320'));
    const told = messages.flatMap((message) => (message.type === 'stored' ? [message.runId] : []));
    expect(messages.at(-1)).toEqual({
      type: 'failed',
      failure: expect.objectContaining({
        kind: 'storage',
        message: `The disk of the data folder ${folder} is full or refuses to take more: free some space and try again; what was stored before is kept.`,
      }) as unknown,
    });
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(rounds);

    const workbench = await openedWorkbench(folder);
    const stored = await workbench.call('results.query', {});
    expect(stored.rows.map((row) => row.id).toSorted((a, b) => a - b)).toEqual(told);
    expect(await workThrough(workbench)).toEqual({ reason: 'empty' });
    const { summary } = await workbench.call('sweeps.get', { id });
    expect(summary).toMatchObject({ state: 'done', counts: { done: rounds, failed: 0 } });
    await workbench.close();
    const db = openDatabase(folder, migrations());
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  },
  120_000,
);

test('a second process reads and queues, and is told who measures; where that is killed, it takes over', async () => {
  const folder = temporaryFolder();
  const second = await openedWorkbench(folder);
  const long = { minDurationMs: 60_000, maxDurationMs: 60_000, warmupMaxMs: 100 };
  const { id } = await second.call('sweeps.queue', { yaml: briefSweep({ measure: long }) });
  const child = (await sweepProcesses()).start(folder);
  const measuring = Promise.withResolvers<null>();
  child.on('message', (message: MessageFromSweep) => {
    if (message.type === 'progress' && message.phase === 'measuring') measuring.resolve(null);
  });
  await measuring.promise;

  await expect(second.call('queue.start', {})).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining(`Another crivo (process ${child.pid}`) as string,
  });
  expect(await second.call('queue.state', {})).toMatchObject({ current: { sweepId: id, state: 'running' } });
  const later = await second.call('sweeps.queue', { yaml: briefSweep({ name: 'later' }) });
  await second.call('queue.cancel', { sweepId: id });

  const cell = process.platform === 'linux' ? childOf(child.pid!) : null;
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await workThrough(second)).toEqual({ reason: 'empty' });
  expect((await second.call('sweeps.get', { id })).summary.counts).toMatchObject({ cancelled: 1, running: 0 });
  expect((await second.call('sweeps.get', { id: later.id })).summary.counts).toMatchObject({ done: 1 });
  // Its cell must not go on beside what is measured next. Who isn't a child can only be asked after.
  while (cell !== null && isCell(cell)) await wait(20);
});

const childOf = (pid: number): number =>
  Number.parseInt(execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }), 10);

function isCell(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('cell-entry');
  } catch {
    return false;
  }
}

test('a data folder of a newer version is refused in one sentence and stays as it was', async () => {
  const folder = temporaryFolder();
  const db = openDatabase(folder, migrations());
  db.pragma('user_version = 99');
  db.close();
  const before = [readdirSync(folder), statSync(databaseFile(folder)).mtimeMs, readFileSync(databaseFile(folder))];
  await expect(openedWorkbench(folder)).rejects.toMatchObject({
    kind: 'storage',
    message: `The database ${join(folder, 'crivo.sqlite')} was written by a newer Crivo (format 99, this one knows ${migrations().length}): update Crivo, or choose another folder with --data; nothing was changed.`,
  });
  expect([readdirSync(folder), statSync(databaseFile(folder)).mtimeMs, readFileSync(databaseFile(folder))]).toEqual(
    before,
  );
});

test.skipIf(process.platform === 'win32')(
  'a first start on a full disk says so, and the next one is whole',
  async () => {
    const folder = join(temporaryFolder(), 'data');
    const processes = await sweepProcesses();
    // 256 KB or 512 KB: enough for the database, too little for the largest starter model.
    expect(await messagesOf(processes.start(folder, 'ulimit -f 512'))).toEqual([
      { type: 'failed', failure: expect.objectContaining({ kind: 'storage' }) as unknown },
    ]);
    const workbench = await openedWorkbench(folder);
    expect((await workbench.call('models.list', {})).map(({ name }) => name)).toEqual([
      'digits-mobilenet',
      'digits-resnet',
      'digits-squeezenet',
    ]);
  },
);

test('first starts that are killed, or happen at once, leave one library of whole starter models', async () => {
  const folder = join(temporaryFolder(), 'data');
  const processes = await sweepProcesses();
  for (const afterMs of [150, 350, 550, 750]) {
    const child = processes.start(folder);
    const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
    await once(child, 'exit');
    clearTimeout(timer);
  }
  const ends = await Promise.all([0, 1, 2].map(() => messagesOf(processes.start(folder))));
  const refused = ends.flatMap(([first]) => (first?.type === 'failed' ? [first.failure] : []));
  // Who comes second may find the queue held for a moment; nothing else may go wrong.
  for (const failure of refused) expect(failure.message).toMatch(/^Another crivo/);
  const workbench = await openedWorkbench(folder);
  expect((await workbench.call('models.list', {})).map(({ name }) => name)).toEqual([
    'digits-mobilenet',
    'digits-resnet',
    'digits-squeezenet',
  ]);
  await workbench.call('sweeps.queue', {
    yaml: briefSweep({ models: ['digits-mobilenet', 'digits-resnet', 'digits-squeezenet'] }),
  });
  await workThrough(workbench);
  const { rows } = await workbench.call('results.query', {});
  expect(rows.map(({ status, reason }) => reason ?? status)).toEqual(['done', 'done', 'done']);
  expect(readdirSync(join(folder, 'artifacts')).filter((name) => !/^[0-9a-f]{2}$/.test(name))).toEqual([]);
});
