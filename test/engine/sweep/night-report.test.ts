import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../main/engine/ports.ts';
import { troublesOf } from '../../../main/engine/sweep/night-report.ts';
import { budgetWarning } from '../../../main/engine/sweep/disk-needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { briefSweep, openedWorkbench, workThrough } from '../../fixtures/workbench.ts';

test('a night with an end time leaves figures, picks, reasons and a file', async () => {
  const folder = join(temporaryFolder(), 'data');
  const workbench = await openedWorkbench(folder);
  await workbench.call('settings.update', { changes: { diskBudgetBytes: 1e9 } });
  const { id } = await workbench.call('sweeps.queue', {
    yaml: briefSweep({ name: 'night', variants: ['original', 'fp16'], providers: ['cpu', 'rocm'], rounds: 3 }),
    untilAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  expect(await workThrough(workbench)).toEqual({ reason: 'empty' });
  await workbench.close();

  const again = await openedWorkbench(folder);
  const report = await again.call('sweeps.report', { id });
  expect(report).toMatchObject({
    summary: { name: 'night', state: 'done' },
    measured: 6,
    disk: { budgetBytes: 1e9, usedBytes: expect.any(Number) as number },
    file: join(folder, 'reports', `sweep-${id}.html`),
  });
  expect(report.picks).toHaveLength(1);
  expect(report.picks[0]).toMatchObject({ model: 'digits-squeezenet', compared: 1 });
  const skipped = report.troubles.filter(({ kind }) => kind === 'skipped');
  expect(skipped).toEqual([
    {
      kind: 'skipped',
      runs: 2,
      reason: expect.stringMatching(/not built with rocm/) as string,
      examples: expect.any(Array) as string[],
    },
  ]);
  const html = readFileSync(report.file!, 'utf8');
  expect(html).toContain('digits-squeezenet');
  expect(html).toContain('fp16');

  // One that was just run writes none.
  const plain = await again.call('sweeps.queue', { yaml: briefSweep({}) });
  await workThrough(again);
  expect((await again.call('sweeps.report', { id: plain.id })).file).toBeNull();
  expect(existsSync(join(folder, 'reports', `sweep-${plain.id}.html`))).toBe(false);
  await expect(again.call('sweeps.report', { id: 99 })).rejects.toMatchObject({ kind: 'not-found' });
}, 120_000);

test('a night whose time is over before all is measured leaves its file, too', async () => {
  const folder = join(temporaryFolder(), 'data');
  let aheadMs = 0;
  const workbench = await openedWorkbench(folder, {
    clock: { now: () => Date.now() + aheadMs, monotonicNs: systemClock.monotonicNs },
  });
  workbench.hub.subscribe(null, ({ event }) => {
    if (event.type === 'run-stored') aheadMs = 7_200_000;
  });
  const { id } = await workbench.call('sweeps.queue', {
    yaml: briefSweep({ rounds: 3 }),
    untilAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  expect(await workThrough(workbench)).toEqual({ reason: 'empty' });
  await workbench.close();
  const report = await (await openedWorkbench(folder)).call('sweeps.report', { id });
  expect(report).toMatchObject({ measured: 1, summary: { counts: { done: 1, waiting: 2 } } });
  expect(report.file).toBe(join(folder, 'reports', `sweep-${id}.html`));
});

test('reasons are told once, failures first', async () => {
  const workbench = await openedWorkbench(join(temporaryFolder(), 'data'));
  await workbench.call('sweeps.queue', { yaml: briefSweep({ rounds: 2 }) });
  await workThrough(workbench);
  const { rows } = await workbench.call('results.query', {});
  const [first, second] = rows.map((row) => ({ ...row, noisy: false, noiseCauses: [] }));
  const failed = { ...first!, status: 'failed' as const, reason: 'It crashed.' };
  const noisy = { ...second!, noisy: true, noiseCauses: ['others', 'heat'] };
  expect(
    troublesOf([noisy, failed, { ...failed, batchSize: 4 }, first!]).map(({ kind, reason, runs }) => [
      kind,
      reason,
      runs,
    ]),
  ).toEqual([
    ['failed', 'It crashed.', 2],
    ['noisy', 'others', 1],
    ['noisy', 'heat', 1],
  ]);
});

test('a sweep that would pass the disk budget is warned of with its figures, before it starts', async () => {
  expect(budgetWarning(1e8, 5e8, null)).toBeNull();
  expect(budgetWarning(1e8, 5e8, 1e9)).toBeNull();
  expect(budgetWarning(6e8, 5e8, 1e9)).toMatch(
    /takes 500 MB, the sweep may add 600 MB, and the settings allow 1\.00 GB/,
  );
  const workbench = await openedWorkbench(join(temporaryFolder(), 'data'));
  await workbench.call('settings.update', { changes: { diskBudgetBytes: 100_000_000 } });
  const yaml = briefSweep({ rounds: 1_000, batchSizes: [1, 2, 3, 4] });
  expect((await workbench.call('sweeps.plan', { yaml })).notes.join()).toContain('the settings allow 100 MB');
  await workbench.call('settings.update', { changes: { diskBudgetBytes: null } });
  expect((await workbench.call('sweeps.plan', { yaml })).notes.join()).not.toContain('the settings allow');
});
