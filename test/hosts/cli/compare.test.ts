import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger, systemClock } from '../../../main/engine/ports.ts';
import { openStore } from '../../../main/engine/store/store.ts';
import type { ComparisonTable } from '../../../shared/comparison.ts';
import { builtCrivo } from '../../fixtures/built.ts';
import { storeComparedSweep } from '../../fixtures/compared-sweep.ts';
import { runCrivo, temporaryFolder } from '../../fixtures/crivo.ts';
import type { CrivoEnd } from '../../fixtures/crivo.ts';

let bin: string;
let data: string;
let runIds: readonly number[];
const removals: (() => void)[] = [];
const crivo = (...args: string[]): Promise<CrivoEnd> => runCrivo(bin, ['--data', data, ...args]);

beforeAll(async () => {
  bin = await builtCrivo();
  data = join(
    temporaryFolder((remove) => removals.push(remove)),
    'data',
  );
  const store = openStore({ folder: data, clock: systemClock, logger: silentLogger });
  const variant = (name: string) => ({ variant: name, recipeHash: name.padEnd(64, '0') });
  const cells = [1, 2].flatMap((threads) => [
    { ratio: 1, cell: { threads } },
    { ratio: 0.8, cell: { threads, ...variant('fp16') } },
    { ratio: 1.1, cell: { threads, ...variant('slow') } },
  ]);
  ({ runIds } = await storeComparedSweep(store, { cells }));
  await store.close();
}, 120_000);
afterAll(() => removals.forEach((remove) => remove()));

describe('crivo compare', () => {
  test('pairs the cells of two variants by their settings and tells verdicts with intervals', async () => {
    const { code, stdout } = await crivo('compare', 'digits-resnet', 'digits-resnet.fp16');
    expect(code).toBe(0);
    expect(stdout.match(/ faster$/gm)).toHaveLength(2);
    expect(stdout).toMatch(/−2\d\.\d% … −1\d\.\d%|−20\.\d% … −19\.\d%/);
    expect(stdout).toMatch(/the control differed from itself so that differences up to \d\.\d% are noise \(5 rounds\)/);
  });

  test('prints the whole comparison as JSON, of runs and of queries too', async () => {
    const byName = JSON.parse((await crivo('compare', 'digits-resnet', 'slow', '--json')).stdout) as ComparisonTable;
    expect(byName.comparisons.map(({ outcome }) => outcome.kind === 'compared' && outcome.verdict)).toEqual([
      'slower',
      'slower',
    ]);
    const byRun = JSON.parse(
      (await crivo('compare', String(runIds[0]), String(runIds[2]), '--json')).stdout,
    ) as ComparisonTable;
    expect(byRun.comparisons).toHaveLength(1);
    expect(byRun.comparisons[0]).toMatchObject({ candidate: { run: { variant: 'slow', threads: 1 } } });
    const threads = JSON.parse(
      (await crivo('compare', 'variant:original threads:1', 'variant:original threads:2', '--json')).stdout,
    ) as ComparisonTable;
    expect(threads.comparisons[0]!.outcome).toMatchObject({ kind: 'compared', verdict: 'no difference found' });
  });

  test('its exit status tells a build what became slower', async () => {
    const slower = await crivo('compare', 'digits-resnet', 'slow', '--fail-if-slower', '5%');
    expect(slower.code).toBe(1);
    expect(slower.stderr).toContain('2 of 2 slower by more than 5.0%.');
    expect((await crivo('compare', 'digits-resnet', 'slow', '--fail-if-slower', '30%')).code).toBe(0);
    expect((await crivo('compare', 'slow', 'digits-resnet', '--fail-if-slower', '5%')).code).toBe(0);
    const blind = await crivo(
      'compare',
      'threads:1 variant:original',
      'threads:2 variant:original',
      '--fail-if-slower',
      '0.1%',
    );
    expect(blind.stderr).toMatch(/1 of 1 could only have seen \d\.\d%/);
    const upper = await crivo('compare', 'digits-resnet', 'slow', '--statistic', 'p75', '--fail-if-slower', '5%');
    expect(upper.code).toBe(1);
    expect(upper.stdout).toMatch(/p75 before .*after/);
    const unknown = await crivo('compare', 'digits-resnet', 'slow', '--statistic', 'p99', '--fail-if-slower', '5%');
    expect(unknown.code).toBe(2);
    expect(unknown.stdout).toContain('not comparable: rounds');
  });

  test.each([
    [['nothing', 'digits-resnet'], '"nothing" has no measured run'],
    [['1', '999'], 'There is no run 999'],
    [['digits-resnet', 'fp16', '--statistic', 'p142'], '--statistic takes throughput or a percentile'],
    [['digits-resnet', 'fp16', '--fail-if-slower', 'much'], '--fail-if-slower takes a percentage like 5%'],
    [['threads:1', 'threads:2 -variant:original -variant:fp16 -variant:slow'], 'has no measured run'],
  ])('%j is refused in one line', async (args, message) => {
    const { code, stderr, stdout } = await crivo('compare', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

test('crivo plan-power tells how long to measure', async () => {
  const { code, stdout } = await crivo('plan-power', 'digits-resnet', 'digits-resnet/fp16', '--difference', '2%');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /digits-resnet\/fp16 against digits-resnet\/original, batch 1: 2\.0% takes \d+ rounds of both, about /,
  );
  const never = await crivo('plan-power', 'digits-resnet', 'fp16', '--difference', '0.2%');
  expect(never.stdout).toMatch(/0\.2% can't be seen on this machine, whose noise floor is \d\.\d%/);
});
