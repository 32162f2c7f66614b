/**
 * The highest offered rate (queries per second) that kept the bound, all lower measured rates having kept it too; null
 * where the lowest did not.
 */
export function highestRateWithinBound(
  rows: readonly { readonly offeredPerSecond: number; readonly withinBound: boolean }[],
): number | null {
  let highest: number | null = null;
  for (const row of rows.toSorted((a, b) => a.offeredPerSecond - b.offeredPerSecond)) {
    if (!row.withinBound) break;
    highest = row.offeredPerSecond;
  }
  return highest;
}
