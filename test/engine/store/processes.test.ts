import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../main/engine/store/database.ts';
import { lockQueue } from '../../../main/engine/store/queue-lock.ts';
import { plannedCell, seededRandom } from '../../fixtures/example-run.ts';
import { migrations } from '../../fixtures/many-runs.ts';
import { exampleSweep, handClock, temporaryStore } from '../../fixtures/temporary-store.ts';

const program = join(import.meta.dirname, '../../fixtures/store-process.ts');

function start(folder: string, task: 'lock' | 'commit'): ChildProcess {
  const child = fork(program, [folder, task], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

test('one process at a time holds the queue; a second learns who, and a kill lets go', async () => {
  const { folder } = temporaryStore();
  const child = start(folder, 'lock');
  await once(child, 'message');
  expect(() => lockQueue(folder, handClock())).toThrow(
    expect.objectContaining({
      kind: 'conflict',
      message: expect.stringMatching(
        new RegExp(
          `^Another crivo \\(process ${child.pid}, since \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z\\) works through the queue`,
        ),
      ) as string,
    }),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  const release = lockQueue(folder, handClock());
  expect(() => lockQueue(folder, handClock())).toThrow(
    new RegExp(`process ${process.pid}, since 2026-11-24T08:00:00Z`),
  );
  release();
  lockQueue(folder, handClock())();
});

test('results are readable, and models can be added, while another process runs the queue', async () => {
  const store = temporaryStore();
  await store.sweeps.create(exampleSweep([plannedCell()]));
  const child = start(store.folder, 'lock');
  await once(child, 'message');
  expect((await store.runs.query({})).total).toBe(0);
  expect(store.settings.update({ theme: 'light' }).theme).toBe('light');
});

test('killed again and again at any moment, every cell is stored exactly once', async () => {
  const store = temporaryStore();
  const cells = Array.from({ length: 60 }, (_, index) => plannedCell({ sessionOptions: { index: String(index) } }));
  const { id } = await store.sweeps.create(exampleSweep(cells, { rounds: 5 }));
  const random = seededRandom(11);
  const told = new Map<number, number>();
  for (let kills = 0; store.sweeps.get(id).summary.finishedAt === null; kills += 1) {
    const child = start(store.folder, 'commit');
    // After some results, at whatever point of the next one the signal finds it.
    let left = kills < 12 ? 1 + Math.floor(random() * 12) : Infinity;
    child.on('message', (message: 'started' | { jobId: number; runId: number }) => {
      if (typeof message === 'object') told.set(message.jobId, message.runId);
      left -= 1;
      if (left === 0) setTimeout(() => child.kill('SIGKILL'), random() * 4);
    });
    await once(child, 'exit');
  }
  const { rows, total } = await store.runs.query({ limit: 1_000 });
  expect(total).toBe(300);
  expect(new Set(rows.map(({ cellKey, round }) => `${cellKey} ${round}`)).size).toBe(300);
  // What the process was told is stored, was stored.
  expect([...told.values()].filter((runId) => !rows.some((row) => row.id === runId))).toEqual([]);
  expect(store.sweeps.get(id).summary.counts).toMatchObject({ done: 300, waiting: 0, running: 0 });
  const db = openDatabase(store.folder, migrations());
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(
    db
      .prepare('SELECT (SELECT count(*) FROM run_samples) AS samples, (SELECT count(*) FROM run_details) AS details')
      .get(),
  ).toEqual({ samples: 300, details: 300 });
  db.close();
});

test.skipIf(process.platform === 'win32')(
  'a file-size limit, as a full disk, ends in one sentence and loses nothing that was told stored',
  async () => {
    const store = temporaryStore();
    const cells = Array.from({ length: 400 }, (_, index) => plannedCell({ sessionOptions: { index: String(index) } }));
    await store.sweeps.create(exampleSweep(cells));
    await store.close();
    // 2,048 blocks of 512 or 1,024 bytes, by the shell.
    const child = spawn(
      'sh',
      ['-c', `ulimit -f 2048; exec "$0" "$1" "$2" commit`, process.execPath, program, store.folder],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    );
    const messages: unknown[] = [];
    child.on('message', (message) => messages.push(message));
    await once(child, 'exit');
    const last = messages.at(-1);
    expect(last).toMatchObject({
      failure: { kind: 'storage', message: expect.stringContaining('is full or refuses to take more') as string },
    });
    const db = openDatabase(store.folder, migrations());
    const stored = db.prepare<[], number>('SELECT id FROM runs').pluck().all();
    const told = messages.flatMap((message) =>
      typeof message === 'object' && message !== null && 'runId' in message ? [message.runId] : [],
    );
    expect(told.length).toBeGreaterThan(0);
    expect(stored).toEqual(told);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  },
);
