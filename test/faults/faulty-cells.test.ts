import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLibrary } from '../../main/engine/library/library.ts';
import { locateProgram } from '../../main/hosts/paths.ts';
import { createJobRunner } from '../../main/jobs/job-runner.ts';
import { alwaysEndlessModel, endlessModel, greedyModel } from '../fixtures/faulty-models.ts';
import { handClock, temporaryFolder, temporaryStore } from '../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../fixtures/workbench.ts';

/** Process ids of the cells that this process has started and that still run. */
const cellProcesses = (): readonly number[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => (line.includes('cell-entry') ? [Number.parseInt(line, 10)] : []));

test.runIf(process.platform === 'linux')(
  'cells that hang, take too much memory or crash fail with their reason, and the sweep goes on',
  async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'endless.onnx'), endlessModel());
    writeFileSync(join(folder, 'greedy.onnx'), greedyModel());
    const workbench = await openedWorkbench(join(folder, 'data'));
    const { id } = await workbench.call('sweeps.queue', {
      folder,
      yaml: briefSweep({
        models: ['./endless.onnx', './greedy.onnx', 'digits-squeezenet', 'digits-mobilenet'],
        batchSizes: [1, 2],
        cellDeadlineSeconds: 6,
        cellMemoryMb: 450,
      }),
    });
    let crashed = false;
    workbench.hub.subscribe(null, ({ event }) => {
      if (event.type !== 'progress' || event.progress.phase !== 'measuring' || crashed) return;
      // Asked of the queue: events of its state may come later.
      void workbench.call('queue.state', {}).then(({ current }) => {
        if (current?.cell.modelName !== 'digits-squeezenet' || current.cell.batchSize !== 2 || crashed) return;
        crashed = true;
        for (const pid of cellProcesses()) process.kill(pid, 'SIGSEGV');
      });
    });
    expect(await workThrough(workbench)).toEqual({ reason: 'empty' });
    const jobs = await workbench.call('sweeps.jobs', { id });
    const outcomes = jobs.map(({ cell, state, reason }) => [`${cell.modelName} ${cell.batchSize}`, reason ?? state]);
    expect(Object.fromEntries(outcomes)).toEqual({
      'endless 1': 'done',
      'endless 2': expect.stringContaining('longer than its deadline of 6.0 s') as string,
      'greedy 1': 'done',
      'greedy 2': expect.stringContaining('over its limit of 450 MB') as string,
      'digits-squeezenet 1': 'done',
      'digits-squeezenet 2': expect.stringContaining('crashed (SIGSEGV)') as string,
      'digits-mobilenet 1': 'done',
      'digits-mobilenet 2': 'done',
    });
    const { rows } = await workbench.call('results.query', { where: 'status:failed' });
    expect(rows.map(({ p50Ms, samples }) => [p50Ms, samples])).toEqual(new Array(3).fill([null, null]));
    expect(cellProcesses()).toEqual([]);
  },
  120_000,
);

test('a model that never ends is added all the same, without the sizes that only running tells', async () => {
  const path = join(temporaryFolder(), 'endless.onnx');
  writeFileSync(path, alwaysEndlessModel());
  const { nodePath, jobEntry } = locateProgram();
  const library = createLibrary({
    ...{ store: temporaryStore(), publish: () => {}, clock: handClock(), inspectionDeadlineMs: 3_000 },
    jobs: createJobRunner({ nodePath, entryPath: jobEntry }),
  });
  expect(await library.add([path])).toMatchObject({ added: [{ name: 'endless' }], failed: [] });
  expect(library.get('endless').inspection.notes).toContain(
    'Some sizes depend on data, and the model was not run for them.',
  );
});
