import type { Cell } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';

/** A cell in one line: `digits-resnet · int8-static · cpu · batch 4 · 2 threads`. */
export function cellText(cell: Cell, text: Text['queue'], format: Format): string {
  return [
    cell.modelName,
    cell.variant,
    cell.provider,
    text.batch(format.number(cell.batchSize)),
    cell.threads === 1 ? text.oneThread : text.threads(format.number(cell.threads)),
    ...(cell.graphOptimization === 'all' ? [] : [cell.graphOptimization]),
    ...(cell.scenario.kind === 'single-stream' ? [] : [cell.scenario.kind]),
  ].join(' · ');
}
