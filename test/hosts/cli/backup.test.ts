import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { builtCrivo } from '../../fixtures/built.ts';
import { endStarted, runCrivo, temporaryFolder } from '../../fixtures/crivo.ts';
import type { CrivoEnd } from '../../fixtures/crivo.ts';
import { fillStartedFolder } from '../../fixtures/started-folder.ts';
import { briefSweep } from '../../fixtures/workbench.ts';

afterEach(endStarted);

test('a data folder is backed up, damaged, found out, restored and sound again, by command', async () => {
  const bin = await builtCrivo();
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  await fillStartedFolder(data);
  const crivo = (...args: string[]): Promise<CrivoEnd> => runCrivo(bin, ['--data', data, ...args]);
  const sweep = join(folder, 'brief.yml');
  writeFileSync(sweep, briefSweep({ rounds: 2 }));
  expect((await crivo('sweep', 'run', sweep)).code).toBe(0);
  const csv = async (): Promise<string> => (await crivo('results', '--csv', '-')).stdout;
  const before = await csv();
  expect(before.split('\r\n')).toHaveLength(4);

  const file = join(folder, 'night.crivo-backup');
  const written = await crivo('backup', file);
  expect(written).toMatchObject({ code: 0, stderr: expect.stringMatching(/files, .* backed up to /) as string });
  // Not over another one, unless told.
  expect(await crivo('backup', file)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--replace') as string,
  });
  expect((await crivo('backup', file, '--replace')).code).toBe(0);
  // A disk that takes no more leaves the backup before it, and nothing half-written.
  const kept = readFileSync(file);
  if (process.platform !== 'win32') {
    const full = await runCrivo(bin, ['--data', data, 'backup', file, '--replace'], { limit: 'ulimit -f 2500' });
    expect(full).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^crivo: .*night.* disk is full .*\.\n$/) as string,
    });
    expect(readFileSync(file).equals(kept)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  }
  expect(await crivo('check')).toMatchObject({ code: 0, stdout: '2 runs and 3 models are sound.\n' });

  // A model's file goes.
  const [model = ''] = readdirSync(join(data, 'artifacts'));
  rmSync(join(data, 'artifacts', model), { recursive: true });
  const damaged = await crivo('check', '--json');
  expect(damaged.code).toBe(1);
  const { findings } = JSON.parse(damaged.stdout) as { findings: readonly { what: string; cure: string }[] };
  expect(findings.length).toBeGreaterThan(0);
  expect(findings[0]!.what).toMatch(/digits-/);

  expect((await crivo('restore', file)).code).toBe(2);
  const restored = await crivo('restore', file, '--replace');
  expect(restored).toMatchObject({ code: 0, stderr: expect.stringContaining('what was there stands in ') as string });
  expect(await crivo('check')).toMatchObject({ code: 0, stdout: '2 runs and 3 models are sound.\n' });
  expect(await csv()).toBe(before);

  // What is no whole backup changes nothing.
  const cut = join(folder, 'cut.crivo-backup');
  writeFileSync(cut, readFileSync(file).subarray(0, 10_000));
  expect((await crivo('restore', cut, '--replace')).code).toBeGreaterThan(0);
  expect(await csv()).toBe(before);
}, 180_000);

test('only what can be installed is', async () => {
  const bin = await builtCrivo();
  const data = join(temporaryFolder(), 'data');
  await fillStartedFolder(data);
  expect(await runCrivo(bin, ['--data', data, 'doctor', '--install', 'rocm'])).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('"rocm" can\'t be installed: what can be is cuda') as string },
  });
}, 120_000);
