import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from '../../main/engine/diagnostics/log-lines.ts';
import { openLogFile } from '../../main/hosts/log-file.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';
import { openedWorkbench } from '../fixtures/workbench.ts';

test('lines of several hosts are read in the order of time, with their level and fields; rubbish between them is passed over', async () => {
  const folder = temporaryFolder();
  const desktop = openLogFile(folder, 'desktop');
  const cli = openLogFile(folder, 'command line');
  desktop.info('one', { sweep: 3 });
  await new Promise((resolve) => setTimeout(resolve, 3));
  cli.warn('two');
  await new Promise((resolve) => setTimeout(resolve, 3));
  desktop.error('three', { message: 'what\nit said' });
  await Promise.all([desktop.close(), cli.close()]);
  writeFileSync(join(folder, 'logs', 'other.log'), 'no JSON\n{"level":"info"}\n');
  const lines = await readLog(folder, 10);
  expect(lines.map(({ level, message, fields }) => ({ level, message, fields }))).toEqual([
    { level: 'info', message: 'one', fields: { sweep: 3 } },
    { level: 'warn', message: 'two', fields: {} },
    { level: 'error', message: 'three', fields: { message: 'what\nit said' } },
  ]);
  expect(await readLog(folder, 1)).toHaveLength(1);
});

test('files rotate, and only so many are kept', async () => {
  const folder = temporaryFolder();
  const log = openLogFile(folder, 'web');
  const text = 'x'.repeat(100_000);
  for (let line = 0; line < 160; line += 1) {
    log.info('much', { line, text });
    if (line % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await log.close();
  const files = readdirSync(join(folder, 'logs')).filter((name) => name.endsWith('.log'));
  expect(files.length).toBeGreaterThan(1);
  const bytes = files.reduce((sum, name) => sum + statSync(join(folder, 'logs', name)).size, 0);
  expect(bytes).toBeLessThan(13e6);
  expect((await readLog(folder, 1))[0]?.fields['line']).toBe(159);
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a folder that can not be written disturbs nothing',
  async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'logs'));
    chmodSync(join(folder, 'logs'), 0o500);
    const log = openLogFile(folder, 'web');
    log.info('nowhere');
    await log.close();
  },
);

test('a place that is no folder disturbs nothing', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'logs'), 'a file');
  const log = openLogFile(folder, 'web');
  log.info('nowhere');
  await log.close();
  expect(await readLog(folder, 5)).toEqual([]);
});

test('the workbench logs, shows its log, and gives diagnostics that name nobody', async () => {
  const folder = join(temporaryFolder(), 'de-ana');
  const workbench = await openedWorkbench(folder);
  await expect
    .poll(async () => (await workbench.call('app.log', {})).map(({ message }) => message))
    .toContain('data folder opened');
  const diagnostics = await workbench.call('app.diagnostics', {});
  expect(diagnostics.counts).toEqual({ models: 3, datasets: 1, sweeps: 0, runs: 0 });
  expect(diagnostics.log.length).toBeGreaterThan(0);
  const text = JSON.stringify(diagnostics);
  expect(text).not.toContain('de-ana');
  expect(text).toContain('<data>');
});
