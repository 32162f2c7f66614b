import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { databaseFile, openDatabase } from '../../main/engine/store/database.ts';
import type { Store } from '../../main/engine/store/store.ts';
import type { Failure } from '../../shared/errors.ts';
import { plannedCell } from '../fixtures/example-run.ts';
import { migrations } from '../fixtures/many-runs.ts';
import { exampleSweep, temporaryFolder, temporaryStore } from '../fixtures/temporary-store.ts';

const program = join(import.meta.dirname, '../fixtures/store-process.ts');
const runs = 60;

/** A data folder with a sweep of 60 runs that nothing was measured of yet, closed. */
async function nightAhead(): Promise<string> {
  const store: Store = temporaryStore();
  const cells = Array.from({ length: 12 }, (_, index) => plannedCell({ sessionOptions: { index: String(index) } }));
  await store.sweeps.create(exampleSweep(cells, { rounds: runs / 12 }));
  await store.close();
  return store.folder;
}

interface Work {
  readonly child: ChildProcess;
  /** Ids of runs that it told are stored. */
  readonly told: number[];
  readonly ended: Promise<Failure | null>;
}

/** Commits run after run, each file no larger than `blocks` of 512 bytes where that is given. */
function work(folder: string, blocks?: number): Work {
  const limit = blocks === undefined ? ':' : `ulimit -f ${blocks}`;
  const child = spawn('sh', ['-c', `${limit}; exec "$0" "$1" "$2" commit`, process.execPath, program, folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const told: number[] = [];
  let failure: Failure | null = null;
  child.on('message', (message: string | { runId?: number; failure?: Failure }) => {
    if (typeof message === 'string') return;
    if (message.runId !== undefined) told.push(message.runId);
    if (message.failure !== undefined) failure = message.failure;
  });
  return { child, told, ended: once(child, 'exit').then(() => failure) };
}

/** What a folder holds: whether SQLite finds it sound, its runs, and jobs that more than one run tells of. */
function look(folder: string): { sound: unknown; ids: readonly number[]; duplicated: number } {
  const db = openDatabase(folder, migrations());
  const sound = db.pragma('integrity_check', { simple: true });
  const ids = db.prepare<[], number>('SELECT id FROM runs ORDER BY id').pluck().all();
  const cells = db
    .prepare<[], number>('SELECT count(*) FROM (SELECT DISTINCT cell_id, round FROM runs)')
    .pluck()
    .get()!;
  db.close();
  return { sound, ids, duplicated: ids.length - cells };
}

/** Lets the rest be measured; every run is there once. */
async function expectWholeAfter(folder: string): Promise<void> {
  expect(await work(folder).ended).toBeNull();
  expect(look(folder)).toMatchObject({ sound: 'ok', duplicated: 0, ids: { length: runs } });
}

test.skipIf(process.platform === 'win32')(
  'a disk that fills up at one write after another, loses nothing that was told stored, and says so each time',
  async () => {
    const folder = await nightAhead();
    const size = Math.ceil(statSync(databaseFile(folder)).size / 512);
    const told: number[] = [];
    const ends: (string | undefined)[] = [];
    // A commit writes some 8 pages of 8 blocks to the log; the limits meet each of its writes, over and over.
    for (let blocks = size; blocks < size + 160; blocks += 8) {
      const life = work(folder, blocks);
      ends.push((await life.ended)?.message);
      told.push(...life.told);
      const { sound, ids, duplicated } = look(folder);
      expect({ sound, duplicated, forgotten: told.filter((id) => !ids.includes(id)) }).toEqual({
        ...{ sound: 'ok', duplicated: 0, forgotten: [] },
      });
    }
    expect(new Set(ends)).toEqual(
      new Set([
        `The disk of the data folder ${folder} is full or refuses to take more: free some space and try again; what was stored before is kept.`,
      ]),
    );
    expect(ends).toHaveLength(20);
    await expectWholeAfter(folder);
  },
  120_000,
);

test.skipIf(process.platform === 'win32')(
  'what a disk holds at ten instants of the work, as a power cut leaves it, has every run that was told stored, and goes on',
  async () => {
    const folder = await nightAhead();
    const cuts = temporaryFolder();
    const { child, told, ended } = work(folder);
    const taken: { readonly copy: string; readonly told: readonly number[] }[] = [];
    while (taken.length < 10) {
      await once(child, 'message');
      child.kill('SIGSTOP');
      const copy = join(cuts, String(taken.length));
      cpSync(folder, copy, { recursive: true });
      taken.push({ copy, told: [...told] });
      child.kill('SIGCONT');
    }
    await ended;
    for (const cut of taken) {
      const { sound, ids, duplicated } = look(cut.copy);
      expect({ sound, duplicated, forgotten: cut.told.filter((id) => !ids.includes(id)) }).toEqual({
        ...{ sound: 'ok', duplicated: 0, forgotten: [] },
      });
    }
    await expectWholeAfter(taken[4]!.copy);
  },
  120_000,
);

test.skipIf(process.platform === 'win32')(
  'a log whose bytes a broken disk changed counts up to the damage: the database is sound, and the rest is measured again',
  async () => {
    const folder = await nightAhead();
    const { child, told, ended } = work(folder);
    while (told.length < 20) await once(child, 'message');
    child.kill('SIGKILL');
    await ended;
    const log = `${databaseFile(folder)}-wal`;
    expect(existsSync(log)).toBe(true);
    const whole = readFileSync(log);
    const lost: number[] = [];
    for (const place of [0.2, 0.5, 0.8, 0.95]) {
      const copy = temporaryFolder();
      cpSync(folder, copy, { recursive: true });
      // What processes agreed on about the log, does not outlive a restart of the machine.
      rmSync(`${databaseFile(copy)}-shm`, { force: true });
      const damaged = openSync(`${databaseFile(copy)}-wal`, 'r+');
      writeSync(damaged, Buffer.alloc(64, 0xa5), 0, 64, Math.floor(whole.length * place));
      closeSync(damaged);
      const { sound, ids, duplicated } = look(copy);
      expect([sound, duplicated]).toEqual(['ok', 0]);
      // A beginning of the runs in their order: none is there without those before it.
      expect(ids).toEqual(Array.from(ids, (_, index) => index + 1));
      lost.push(told.filter((id) => !ids.includes(id)).length);
      await expectWholeAfter(copy);
    }
    // The later the damage, the less is lost.
    expect(lost).toEqual(lost.toSorted((a, b) => b - a));
    writeFileSync(log, whole);
    expect(told.filter((id) => !look(folder).ids.includes(id))).toEqual([]);
  },
  120_000,
);
