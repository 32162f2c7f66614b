/** What measuring under rates of queries is for: the highest rate at which a cell keeps its bound. */
import type { Run } from './sweep.ts';

export interface KeptRate {
  /** All rounds of all rates that one cell was offered under one bound. */
  readonly runs: readonly Run[];
  readonly boundMs: number;
  /** Queries per second that were offered, rising; a rate is kept where every round kept it. */
  readonly rates: readonly OfferedRate[];
  /** Queries per second; null where the lowest rate was not kept. */
  readonly highest: number | null;
  /** The lowest rate above `highest`; null where none was tried. */
  readonly next: number | null;
}

export interface OfferedRate {
  readonly offeredPerSecond: number;
  readonly withinBound: boolean;
}

/** One for each cell and bound, whatever rates it was offered; runs of other scenarios are left out. */
export function keptRates(runs: readonly Run[]): readonly KeptRate[] {
  const offered = runs.flatMap((run) =>
    run.measurement?.server === undefined ? [] : [{ run, server: run.measurement.server }],
  );
  const groups = Map.groupBy(offered, ({ run, server }) =>
    JSON.stringify([{ ...run.cell, scenario: server.boundMs }, run.environmentHash]),
  );
  return [...groups.values()].map((group) => {
    const rates = [...Map.groupBy(group, ({ server }) => server.offeredPerSecond)]
      .map(([offeredPerSecond, rounds]) => ({
        offeredPerSecond,
        withinBound: rounds.every(({ server }) => server.withinBound),
      }))
      .sort((a, b) => a.offeredPerSecond - b.offeredPerSecond);
    const highest = highestRateWithinBound(rates);
    return {
      ...{ runs: group.map(({ run }) => run), boundMs: group[0]!.server.boundMs, rates, highest },
      next: rates.find(({ offeredPerSecond }) => offeredPerSecond > (highest ?? -Infinity))?.offeredPerSecond ?? null,
    };
  });
}

/**
 * The highest offered rate (queries per second) that kept the bound, all lower measured rates having kept it too; null
 * where the lowest did not.
 */
export function highestRateWithinBound(rows: readonly OfferedRate[]): number | null {
  let highest: number | null = null;
  for (const row of rows.toSorted((a, b) => a.offeredPerSecond - b.offeredPerSecond)) {
    if (!row.withinBound) break;
    highest = row.offeredPerSecond;
  }
  return highest;
}
