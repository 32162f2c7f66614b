import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger, systemClock } from '../../../main/engine/ports.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import type { HistorySeries } from '../../../shared/history.ts';
import { builtCrivo } from '../../fixtures/built.ts';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { runCrivo, temporaryFolder } from '../../fixtures/crivo.ts';
import type { CrivoEnd } from '../../fixtures/crivo.ts';

let bin: string;
let folder: string;
let changedAt: number;
let otherFirst: number;
const removals: (() => void)[] = [];
const crivo = (data: string, ...args: string[]): Promise<CrivoEnd> =>
  runCrivo(bin, ['--data', join(folder, data), ...args]);

/** Two nights of a cell, the second 1.2 times as slow, and another machine's. */
beforeAll(async () => {
  bin = await builtCrivo();
  folder = temporaryFolder((remove) => removals.push(remove));
  const store = openStore({ folder: join(folder, 'data'), clock: systemClock, logger: silentLogger });
  const night = (day: number, ratio: number, kernel: string) => ({
    cells: [{ ratio }],
    ...{ seed: day, startedAt: Date.UTC(2026, 10, 20 + day), control: false, machine: { roundSpread: 0.003 } },
    environment: { kernel },
  });
  await storeComparedSweep(store, night(1, 1, '6.12.0'));
  const slowed = await storeComparedSweep(store, night(2, 1.2, '6.13.0'));
  changedAt = slowed.runIds[0]!;
  const other = { machineId: 'b'.repeat(36) };
  const elsewhere = await storeComparedSweep(store, { ...night(3, 1, '6.12.0'), environment: other });
  otherFirst = elsewhere.runIds[0]!;
  await store.close();
}, 120_000);
afterAll(() => removals.forEach((remove) => remove()));

describe('crivo history', () => {
  test('tells changes with their interval and cause, by machine', async () => {
    const { code, stdout } = await crivo('data', 'history', '--regressions');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stdout).toMatch(
      new RegExp(`\\(\\+\\d\\d\\.\\d%, 95% interval \\+1\\d\\.\\d% … \\+2\\d\\.\\d%\\) from run ${changedAt} on`),
    );
    expect(stdout).toContain('kernel 6.12.0 → 6.13.0');
    const series = JSON.parse((await crivo('data', 'history', '--json')).stdout) as HistorySeries[];
    expect(series.map(({ points }) => points.length)).toEqual([10, 5]);
  });

  test('a change is acknowledged with a note, and no longer listed', async () => {
    const mark = ['--acknowledge', String(changedAt), '--note', 'the new kernel'];
    expect((await crivo('data', 'history', ...mark)).code).toBe(0);
    expect((await crivo('data', 'history')).stderr).toContain('No change was found.');
    expect((await crivo('data', 'history', '--all')).stdout).toContain('; note: the new kernel');
  });

  test('a baseline is held against its machine alone', async () => {
    expect((await crivo('data', 'history', '--pin', '1')).code).toBe(0);
    expect((await crivo('data', 'history', '--pin', String(otherFirst))).code).toBe(0);
    const { stdout } = await crivo('data', 'history');
    expect(stdout).toMatch(/\+\d\d\.\d%, 95% interval .* against the baseline, run 1\n/);
    expect(stdout).toContain(`on the same level as the baseline, run ${otherFirst}`);
    expect((await crivo('data', 'history', '--unpin', '1')).code).toBe(0);
    expect((await crivo('data', 'history')).stdout).not.toContain('run 1\n');
  });

  test.each([
    [['--note', 'alone'], '--note belongs to a change'],
    [['--pin', 'x'], '--pin takes the number of a run, not "x"'],
    [['--acknowledge', '999'], 'There is no run 999'],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stderr } = await crivo('data', 'history', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

test('a bundle goes to another folder and back without loss, twice adds nothing, and a damaged one is refused', async () => {
  const bundle = join(folder, 'runs.crivo');
  expect((await crivo('data', 'results', '--bundle', bundle)).stderr).toContain('15 runs written');
  expect((await crivo('other', 'import', bundle)).stderr).toContain('15 runs of 2 machines taken in');
  expect((await crivo('other', 'import', bundle)).stderr).toContain('0 runs of 2 machines taken in, 15 were there');
  const again = join(folder, 'again.crivo');
  await crivo('other', 'results', '--bundle', again);
  expect(gunzipSync(readFileSync(again)).equals(gunzipSync(readFileSync(bundle)))).toBe(true);
  const series = JSON.parse((await crivo('other', 'history', '--json')).stdout) as HistorySeries[];
  expect(series.map(({ points }) => points.length).sort()).toEqual([10, 5]);

  const bytes = readFileSync(bundle);
  bytes[bytes.length >> 1]! ^= 1;
  const damaged = join(folder, 'damaged.crivo');
  writeFileSync(damaged, bytes);
  const refused = await crivo('third', 'import', damaged);
  expect(refused.code).toBe(2);
  expect(refused.stderr.trim().split('\n')).toHaveLength(1);
  expect((await crivo('third', 'results')).stderr).toContain('There are no runs yet');
});
