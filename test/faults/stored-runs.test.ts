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
import { expect, test } from 'vitest';
import { databaseFile } from '../../main/engine/store/database.ts';
import { expectWholeAfter, look, nightAhead, work } from '../fixtures/stored-night.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';

test.skipIf(process.platform === 'win32')(
  'a disk that fills up at one write after another, loses nothing that was told stored, and says so each time',
  async () => {
    const folder = await nightAhead();
    const size = Math.ceil(statSync(databaseFile(folder)).size / 512);
    const told: number[] = [];
    const ends: (string | undefined)[] = [];
    // A commit writes some 8 pages of 8 blocks to the log; the limits meet each of its writes, over and over.
    for (let blocks = size; blocks < size + 160; blocks += 8) {
      const life = work(folder, `ulimit -f ${blocks}`);
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
