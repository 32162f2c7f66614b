import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../fixtures/workbench.ts';

test.skipIf(process.platform === 'win32')(
  'a data folder that is taken away stops the sweep with one sentence; brought back, it goes on and nothing is lost or twice',
  async () => {
    const base = temporaryFolder();
    const [folder, elsewhere] = [join(base, 'data'), join(base, 'taken-away')];
    const rounds = 4;
    const workbench = await openedWorkbench(folder);
    const { id } = await workbench.call('sweeps.queue', { yaml: briefSweep({ rounds }) });
    let stored = 0;
    workbench.hub.subscribe(null, ({ event }) => {
      if (event.type !== 'run-stored') return;
      stored += 1;
      if (stored === 2) renameSync(folder, elsewhere);
    });
    expect(await workThrough(workbench)).toEqual({
      reason: 'failed',
      failure: expect.objectContaining({
        kind: 'storage',
        message: `The data folder ${folder} is gone: connect its disk or move it back, and start the queue again; what was stored before is kept there.`,
      }) as unknown,
    });
    expect((await workbench.call('queue.state', {})).stoppedBecause).toMatch(/^The data folder .* is gone/);
    // Nothing grows where a disk was mounted.
    expect(existsSync(folder)).toBe(false);

    renameSync(elsewhere, folder);
    expect(await workThrough(workbench)).toEqual({ reason: 'empty' });
    const { rows } = await workbench.call('results.query', { sweepId: id });
    expect(rows.map(({ status, round }) => [status, round]).toSorted()).toEqual(
      [1, 2, 3, 4].map((round) => ['done', round]),
    );
  },
  120_000,
);
