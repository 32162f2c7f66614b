/** How long cells will take, learnt from earlier runs. */
import type { MeasureOptions } from '../../../shared/measurement.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { Cell } from '../../../shared/sweep.ts';
import type { CellDuration } from '../store/durations.ts';

/** Wall time of a cell beside warm-up and measuring where none was measured yet, ms; `npm run bench sweep` and some labels to judge. */
const typicalOverheadMs = 500;

export interface CellEstimate {
  readonly estimateMs: number;
  readonly basis: 'same cell' | 'similar cells' | 'profile limits';
  /** Earlier runs it rests on. */
  readonly runs: number;
}

/** Wall time of a cell, ms: its own median, else what similar cells suggest, else midway between the least and the most that its warm-up and measuring take. */
export function estimateCell(cell: Cell, { sameCell, similar }: CellDuration): CellEstimate {
  if (sameCell !== null) return { estimateMs: sameCell.wallMs, basis: 'same cell', runs: sameCell.runs };
  if (similar !== null) {
    const estimateMs = similar.overheadMs + cell.measure.warmupMinMs + expectedMeasuringMs(cell.measure, similar);
    return { estimateMs, basis: 'similar cells', runs: similar.runs };
  }
  const { warmupMinMs, warmupMaxMs, minDurationMs, maxDurationMs } = cell.measure;
  const estimateMs = typicalOverheadMs + (warmupMinMs + warmupMaxMs + minDurationMs + maxDurationMs) / 2;
  return { estimateMs, basis: 'profile limits', runs: 0 };
}

/** As long as similar cells needed for their interval, within what this cell's profile allows. */
function expectedMeasuringMs(
  { minDurationMs, maxDurationMs, minSamples }: MeasureOptions,
  { latencyMs, measuringMs }: NonNullable<CellDuration['similar']>,
): number {
  return Math.min(maxDurationMs, Math.max(minDurationMs, measuringMs, minSamples * latencyMs));
}

/** What the estimates of the cells that can run rest on, in words. */
export function describeBasis(estimates: readonly CellEstimate[]): string {
  const parts = (['same cell', 'similar cells', 'profile limits'] as const).flatMap((basis) => {
    const group = estimates.filter((estimate) => estimate.basis === basis);
    if (group.length === 0) return [];
    const runs = group.reduce((sum, estimate) => sum + estimate.runs, 0);
    return [{ basis, cells: group.length, runs }];
  });
  const [only] = parts;
  if (only === undefined) return say('nothingToRun');
  if (parts.length === 1) return only.basis === 'profile limits' ? say('midwayAlone') : sourceOf(only.basis, only.runs);
  return parts.map(({ basis, cells, runs }) => ofCells(cells, sourceOf(basis, runs))).join('; ');
}

const ofCells = (cells: number, basis: string): string =>
  cells === 1 ? say('basisOfOne', { basis }) : say('basisOfSome', { cells, basis });

function sourceOf(basis: CellEstimate['basis'], runs: number): string {
  if (basis === 'same cell') return runs === 1 ? say('oneSameRun') : say('sameRuns', { runs });
  if (basis === 'similar cells') return runs === 1 ? say('oneSimilarRun') : say('similarRuns', { runs });
  return say('midway');
}
