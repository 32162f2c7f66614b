import { once } from 'node:events';
import { expect, test } from 'vitest';
import { canSlowDisk, slowDisk } from '../fixtures/slow-disk.ts';
import { look, nightAhead, runs, work } from '../fixtures/stored-night.ts';
import { sweepProcesses } from '../fixtures/sweep-processes.ts';
import type { MessageFromSweep } from '../fixtures/sweep-processes.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench } from '../fixtures/workbench.ts';

/** The shell's part that makes the disk of a folder slow for the process that it starts, and for its children. */
const slowInShell = (folder: string, flushMs: number): string =>
  `export ${Object.entries(slowDisk(folder, flushMs, temporaryFolder()))
    .map(([name, value]) => `${name}='${value}'`)
    .join(' ')}`;

test.skipIf(!canSlowDisk)(
  'a program that is killed while a slow disk writes has lost nothing that it told is stored, and nothing is twice',
  async () => {
    const folder = await nightAhead();
    // A commit waits for its flush: most kills meet one.
    const slow = slowInShell(folder, 20);
    const told: number[] = [];
    for (let life = 0; life < 5; life += 1) {
      const { child, told: now, ended } = work(folder, slow);
      let over = false;
      void ended.then(() => (over = true));
      while (now.length < 2 && !over) await Promise.race([once(child, 'message'), ended]);
      setTimeout(() => child.kill('SIGKILL'), 6 * life);
      await ended;
      told.push(...now);
      const { sound, ids, duplicated } = look(folder);
      expect({ sound, duplicated, forgotten: told.filter((id) => !ids.includes(id)) }).toEqual({
        ...{ sound: 'ok', duplicated: 0, forgotten: [] },
      });
    }
    const left = runs - look(folder).ids.length;
    const started = performance.now();
    expect(await work(folder, slow).ended).toBeNull();
    // Each of them waited for its flush: the disk was slow indeed.
    expect(performance.now() - started).toBeGreaterThan(left * 20);
    expect(look(folder)).toMatchObject({ sound: 'ok', duplicated: 0, ids: { length: runs } });
  },
);

test.skipIf(!canSlowDisk)('a sweep on a slow disk is measured to its end, each cell once', async () => {
  const folder = temporaryFolder();
  const rounds = 2;
  const preparation = await openedWorkbench(folder);
  const { id } = await preparation.call('sweeps.queue', { yaml: briefSweep({ rounds }) });
  await preparation.close();
  const child = (await sweepProcesses()).start(folder, slowInShell(folder, 60));
  const messages: MessageFromSweep[] = [];
  child.on('message', (message: MessageFromSweep) => messages.push(message));
  await once(child, 'exit');
  expect(messages.at(-1)).toEqual({ type: 'ended' });
  const workbench = await openedWorkbench(folder);
  const { rows } = await workbench.call('results.query', { sweepId: id });
  expect(rows.map(({ status, round }) => [status, round]).toSorted()).toEqual([1, 2].map((round) => ['done', round]));
  expect((await workbench.call('sweeps.get', { id })).summary).toMatchObject({
    state: 'done',
    counts: { done: rounds },
  });
});
