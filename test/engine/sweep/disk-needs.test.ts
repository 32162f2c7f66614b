import { expect, test } from 'vitest';
import { freeBytesOf } from '../../../main/engine/free-bytes.ts';
import { diskWarning, sweepBytes } from '../../../main/engine/sweep/disk-needs.ts';
import { plannedCell } from '../../fixtures/example-run.ts';
import { exampleSweep, measureAll, temporaryFolder, temporaryStore } from '../../fixtures/temporary-store.ts';

test('runs count as the stored ones do, a variant once whatever its cells, skipped cells not at all', () => {
  const variant = (batchSize: number) => plannedCell({ batchSize, variant: 'fp16', recipeHash: 'a'.repeat(64) });
  const skipped = { ...plannedCell({ recipeHash: 'b'.repeat(64) }), skipped: { reason: 'No.', cure: '' } };
  const plan = { cells: [plannedCell(), variant(1), variant(4), skipped], runCount: 9 };
  expect(sweepBytes(plan, 1_000, () => 50_000)).toBe(9 * 1_000 + 50_000);
  expect(sweepBytes({ cells: [], runCount: 2 }, null, () => 0)).toBeGreaterThan(2 * 10_000);
});

test('a disk with room to spare is not spoken of; a short one is, with both figures', () => {
  expect(diskWarning(1e9, 2e9)).toBeNull();
  expect(diskWarning(1e9, 1.2e9)).toMatch(/may add 1\.00 GB .* has 1\.20 GB left/);
});

test('a run takes what stored runs take', async () => {
  const store = temporaryStore();
  expect(store.runs.bytesPerRun()).toBeNull();
  await store.sweeps.create(exampleSweep([plannedCell()], { rounds: 5 }));
  await measureAll(store);
  expect(store.runs.bytesPerRun()).toBeGreaterThan(1_200);
  expect(store.runs.bytesPerRun()).toBeLessThan(5_000);
});

test('the free space of a folder is read', async () => {
  expect(await freeBytesOf(temporaryFolder())).toBeGreaterThan(0);
});
