/** What a sweep of servers is for: the highest rate of queries at which each cell keeps its bound. */
import { keptRates } from '../../../shared/kept-rates.ts';
import type { KeptRate } from '../../../shared/kept-rates.ts';
import type { Run, RunRow } from '../../../shared/sweep.ts';
import type { Workbench } from '../workbench.ts';
import { cellText } from './sweep-progress.ts';

/** The runs of servers among the rows, whole. */
export async function serverRuns(call: Workbench['call'], rows: readonly RunRow[]): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const { id, scenario } of rows)
    if (scenario.startsWith('server')) runs.push((await call('results.run', { id })).run);
  return runs;
}

/** One line for each cell and bound. */
export const describeKeptRates = (runs: readonly Run[]): readonly string[] =>
  keptRates(runs).map((kept) => `${cellText({ ...kept.runs[0]!.cell, scenario: 'single-stream' })}: ${verdict(kept)}`);

function verdict({ boundMs, rates, highest, next }: KeptRate): string {
  if (highest === null) {
    const tried = rates.map(({ offeredPerSecond }) => offeredPerSecond).join(', ');
    return `does not keep ${boundMs} ms at its lowest rate (tried: ${tried} queries/s)`;
  }
  const beyond = next === null ? 'the highest that was tried' : `but not at ${next}`;
  return `keeps ${boundMs} ms up to ${highest} queries/s, ${beyond}`;
}
