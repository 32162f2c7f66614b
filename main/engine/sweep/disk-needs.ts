/** Whether a night's results will fit on the disk: told before, not at three in the morning. */
import type { SweepPlan } from '../../../shared/sweep.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { formatBytes } from '../../../shared/units.ts';

/** What a run takes where none was stored yet: its row, and some 20,000 samples of 3 bytes. */
const usualBytesPerRun = 64_000;
/** Others write to the disk, too, and SQLite's log takes room until it is folded in. */
const reserveBytes = 500e6;

/** What a sweep will add to the data folder, bytes: its runs, and the variants that are not made yet at the size of their models. */
export function sweepBytes(
  { cells, runCount }: Pick<SweepPlan, 'cells' | 'runCount'>,
  bytesPerRun: number | null,
  sizeOf: (modelSha256: string) => number,
): number {
  const variants = new Map<string, number>();
  for (const { cell, skipped } of cells)
    if (skipped === null && cell.recipeHash !== null)
      variants.set(`${cell.modelSha256} ${cell.recipeHash}`, sizeOf(cell.modelSha256));
  const variantBytes = [...variants.values()].reduce((sum, size) => sum + size, 0);
  return runCount * (bytesPerRun ?? usualBytesPerRun) + variantBytes;
}

/** The warning where a sweep would take the data folder past what the settings allow it, or null. */
export function budgetWarning(neededBytes: number, usedBytes: number, budgetBytes: number | null): string | null {
  if (budgetBytes === null || usedBytes + neededBytes <= budgetBytes) return null;
  return say('overDiskBudget', {
    used: formatBytes(usedBytes),
    needed: formatBytes(neededBytes),
    budget: formatBytes(budgetBytes),
  });
}

/** The warning, or null where there is room enough. */
export function diskWarning(neededBytes: number, freeBytes: number): string | null {
  if (freeBytes >= neededBytes + reserveBytes) return null;
  return say('diskAlmostFull', { needed: formatBytes(neededBytes), free: formatBytes(freeBytes) });
}
