import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Workbench } from '../../../main/hosts/workbench.ts';
import type { EngineEvent } from '../../../shared/contract.ts';
import { briefMeasure, digitsImages, digitsLabels } from '../../fixtures/cells.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { openedWorkbench } from '../../fixtures/workbench.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

const order = { model: 'digits-squeezenet', dataset: 'few digits', rounds: 3, trials: 3, measure: briefMeasure };

/** The workbench with the first 120 of the starter's digits: what is tested is which variants are tried and kept. */
async function openedWithFewDigits(): Promise<Workbench> {
  const workbench = await openedWorkbench(temporaryFolder());
  const folder = temporaryFolder();
  const few = (path: string, name: string, descr: string, shape: readonly number[], bytesOfOne: number): string => {
    const rows = readFileSync(path).subarray(headerBytes, headerBytes + count * bytesOfOne);
    writeFileSync(join(folder, name), npyBytes(descr, [count, ...shape], rows));
    return join(folder, name);
  };
  await workbench.call('datasets.add', {
    ...{ name: order.dataset, paths: [few(digitsImages, 'x.npy', '|u1', [1, 28, 28], 784)] },
    labels: few(digitsLabels, 'classes.npy', '<i8', [], 8),
    preparation: { kind: 'numbers', scale: 1 / 255, mean: 0, deviation: 1 },
  });
  return workbench;
}

const headerBytes = 128;
const count = 120;

test('searches, keeps all it tried, and goes on where it was interrupted', async () => {
  const { call, hub } = await openedWithFewDigits();
  const bounds = { maxDrop: 1 };
  let measured = 0;
  const unsubscribe = hub.subscribe(null, ({ event }: { readonly event: EngineEvent }) => {
    if (event.type === 'run-stored' && (measured += 1) === 7) void call('tasks.cancel', { taskId: 'first' });
  });
  await expect(call('variants.search', { ...order, bounds, taskId: 'first' })).rejects.toMatchObject({
    kind: 'cancelled',
  });
  unsubscribe();
  const found = await call('variants.search', { ...order, bounds });
  expect(found.resumed).toBe(1);
  expect(found.goal).toBe('fastest');
  expect(found.trials[0]!.name).toBe('streamlined');
  expect(found.groups.length).toBeGreaterThan(10);
  for (const { macs, nodes, weightBytes } of found.groups) {
    expect(macs).toBeGreaterThan(0);
    expect(weightBytes).toBeGreaterThan(0);
    expect(nodes.length).toBeGreaterThan(0);
  }
  const models = new Map((await call('models.list', {})).map((model) => [model.sha256, model]));
  const original = [...models.values()].find(({ name }) => name === order.model)!;
  for (const trial of found.trials) {
    expect(models.get(trial.variantSha256!)?.lineage?.parentSha256).toBe(original.sha256);
    const { rows } = await call('results.query', { sweepId: trial.sweepId });
    expect(
      rows
        .filter(({ variant }) => variant !== 'original')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...trial.runIds].sort());
    const { yaml } = await call('sweeps.get', { id: trial.sweepId });
    const rounds = trial.name.endsWith(', confirmed') ? 2 * order.rounds : order.rounds;
    expect(parse(yaml)).toMatchObject({ measure: order.measure, rounds });
    if (trial.rejected === null) {
      expect(trial.drop!).toBeLessThanOrEqual(1);
      expect(trial.ratio!.low).toBeLessThanOrEqual(trial.ratio!.high);
    }
  }
  const again = await call('variants.search', { ...order, bounds });
  expect(again).toMatchObject({
    resumed: found.trials.length,
    trials: found.trials,
    best: found.best,
    reason: found.reason,
  });
}, 240_000);

test('prunes and quantizes; marks what the bounds reject, measures it once, and never picks it', async () => {
  const { call } = await openedWithFewDigits();
  const found = await call('variants.search', { ...order, trials: 4, bounds: { minSnrDb: 900 } });
  // Of four trials one is the streamlined form, one prunes, one quantizes; one is left to confirm.
  const cuts = found.groups.filter(({ change }) => change.kind === 'prune');
  expect(cuts.length).toBeGreaterThan(5);
  const pruned = found.trials.find(({ name }) => name.endsWith('groups of channels pruned'))!;
  expect(pruned.sizeBytes).toBeLessThan(found.originalSizeBytes);
  expect(cuts.map(({ name }) => name)).toEqual(expect.arrayContaining([...pruned.groups]));
  expect(found.trials.some(({ name }) => name.endsWith('in 8 bits'))).toBe(true);
  const rejected = found.trials.filter((trial) => trial.rejected !== null);
  expect(rejected.length).toBeGreaterThan(0);
  expect(rejected.every(({ runIds }) => runIds.length === 1)).toBe(true);
  expect(rejected[0]!.rejected).toMatch(/below the 900 dB that the sweep accepts/);
  if (found.best !== null) expect(found.trials[found.best]!.rejected).toBeNull();
  expect(found.reason).toMatch(new RegExp(`${rejected.length} of ${found.trials.length} tried were rejected`));
  const { rows } = await call('results.query', { where: 'status:rejected' });
  expect(rows.map(({ id }) => id).sort()).toEqual(rejected.flatMap(({ runIds }) => runIds).sort());
}, 240_000);

test('refuses what it could not judge', async () => {
  const { call } = await openedWorkbench(temporaryFolder());
  const dataset = 'digits';
  await expect(call('variants.search', { ...order, dataset, bounds: {} })).rejects.toThrow(
    /State what the variant must keep to/,
  );
  await expect(call('variants.search', { ...order, dataset: 'nothing', bounds: { maxDrop: 1 } })).rejects.toThrow(
    /no dataset "nothing"/,
  );
});
