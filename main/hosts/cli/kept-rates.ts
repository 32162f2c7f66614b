/** What a sweep of servers is for: the highest rate of queries at which each cell keeps its bound. */
import type { Run, RunRow } from '../../../shared/sweep.ts';
import { highestRateWithinBound } from '../../engine/measure/highest-rate.ts';
import type { Workbench } from '../workbench.ts';
import { cellText } from './sweep-progress.ts';

/** The runs of servers among the rows, whole. */
export async function serverRuns(call: Workbench['call'], rows: readonly RunRow[]): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const { id, scenario } of rows)
    if (scenario.startsWith('server')) runs.push((await call('results.run', { id })).run);
  return runs;
}

/** One line for each cell and bound, whatever rates it was offered; a rate is kept where every round kept it. */
export function describeKeptRates(runs: readonly Run[]): readonly string[] {
  const measured = runs.filter(({ measurement }) => measurement?.server !== undefined);
  const groups = Map.groupBy(measured, ({ cell, environmentHash, measurement }) =>
    JSON.stringify([{ ...cell, scenario: measurement!.server!.boundMs }, environmentHash]),
  );
  return [...groups.values()].map((group) => {
    const tried = Map.groupBy(group, ({ measurement }) => measurement!.server!.offeredPerSecond);
    const rates = [...tried]
      .map(([offeredPerSecond, rounds]) => ({
        offeredPerSecond,
        withinBound: rounds.every(({ measurement }) => measurement!.server!.withinBound),
      }))
      .sort((a, b) => a.offeredPerSecond - b.offeredPerSecond);
    const [{ cell, measurement }] = group as [Run];
    const name = cellText({ ...cell, scenario: 'single-stream' });
    return `${name}: ${verdict(rates, measurement!.server!.boundMs)}`;
  });
}

function verdict(rates: Parameters<typeof highestRateWithinBound>[0], boundMs: number): string {
  const highest = highestRateWithinBound(rates);
  if (highest === null) {
    const tried = rates.map(({ offeredPerSecond }) => offeredPerSecond).join(', ');
    return `does not keep ${boundMs} ms at its lowest rate (tried: ${tried} queries/s)`;
  }
  const broken = rates.find(({ offeredPerSecond }) => offeredPerSecond > highest);
  const beyond = broken === undefined ? 'the highest that was tried' : `but not at ${broken.offeredPerSecond}`;
  return `keeps ${boundMs} ms up to ${highest} queries/s, ${beyond}`;
}
