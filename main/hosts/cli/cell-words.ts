/** Cells and runs in few words. */
import type { Scenario } from '../../../shared/measurement.ts';
import type { Cell, RunRow } from '../../../shared/sweep.ts';

/** A scenario as stored runs name it. */
export function scenarioWords(scenario: Scenario): string {
  switch (scenario.kind) {
    case 'single-stream':
      return scenario.kind;
    case 'offline':
      return `offline, ${scenario.processes} ${scenario.processes === 1 ? 'process' : 'processes'}`;
    case 'server':
      return `server, ${scenario.queriesPerSecond}/s`;
  }
}

/** `digits-resnet int8-static cpu, batch 4, 2 threads`. */
export function cellWords(cell: Pick<Cell, 'variant' | 'provider' | 'batchSize' | 'threads' | 'modelName'>): string {
  const { modelName, variant, provider, batchSize, threads } = cell;
  const name = variant === 'original' ? modelName : `${modelName} ${variant}`;
  return `${name} ${provider}, batch ${batchSize}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** As `cellWords`, of a stored run. */
export const runWords = (row: RunRow): string =>
  cellWords({ ...row, modelName: row.model, provider: row.provider as Cell['provider'] });
