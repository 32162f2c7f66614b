/** What a report tells, gathered from the store. */
import type { ComparisonTable } from '../../../../shared/comparison.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import type { RunQuery } from '../../../../shared/contract.ts';
import type { Environment } from '../../../../shared/hardware.ts';
import type { Measurement } from '../../../../shared/measurement.ts';
import type { RunRow } from '../../../../shared/sweep.ts';
import { cellOf, isMeasured, pairsWithOriginals } from './report-pairs.ts';
import { cellName } from './report-text.ts';
import type { RunReads } from '../../store/run-reads.ts';
import type { StoredRunRow } from '../../store/run-row.ts';

/** One cell of one sweep over its rounds. */
export interface ReportedCell {
  readonly row: StoredRunRow;
  readonly rounds: number;
  readonly noisyRuns: number;
  /** Quantiles over all samples of its runs, ms; null where none are kept. */
  readonly box: Box | null;
}
export interface Box {
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

export interface ReportData {
  readonly title: string;
  /** UTC, ISO 8601. */
  readonly writtenAt: string;
  readonly rows: readonly StoredRunRow[];
  readonly cells: readonly ReportedCell[];
  /** Variants against their original, or everything against the chosen baseline; null where there is nothing to compare. */
  readonly comparison: ComparisonTable | null;
  readonly environments: readonly Environment[];
  readonly measurements: ReadonlyMap<number, Measurement>;
  readonly samplesMs: ReadonlyMap<number, Float64Array>;
  /** Runs whose samples are too many to stand in the file. */
  readonly samplesLeftOut: number;
}

/** Reads of this thread or of another. */
export interface ReportSource extends Pick<RunReads, 'batches' | 'environment' | 'measurementJson' | 'row'> {
  readonly samples: (
    ...parameters: Parameters<RunReads['samples']>
  ) => ReturnType<RunReads['samples']> | Promise<ReturnType<RunReads['samples']>>;
  readonly compare: (
    ...parameters: Parameters<RunReads['compare']>
  ) => ReturnType<RunReads['compare']> | Promise<ReturnType<RunReads['compare']>>;
}

/** More would make a file that browsers open slowly; a bundle holds all. */
const mostSamples = 2_000_000;

/** Reads all that a report of the query needs. */
export async function gatherReport(source: ReportSource, query: RunQuery, now: Date): Promise<ReportData> {
  const rows = [...source.batches(query)].flat();
  const samplesMs = new Map<number, Float64Array>();
  const measurements = new Map<number, Measurement>();
  let [kept, samplesLeftOut] = [0, 0];
  for (const row of rows) {
    const json = source.measurementJson(row.id);
    if (json !== null) measurements.set(row.id, JSON.parse(json) as Measurement);
    if (row.samples === null) continue;
    if (kept + row.samples > mostSamples) samplesLeftOut += 1;
    else if (await addSamples(source, row, samplesMs)) kept += row.samples;
  }
  const names = [...new Set(rows.map(({ sweepName }) => sweepName))];
  const inOrder = rows.toSorted(byCell);
  const pairs = pairsWithOriginals(inOrder, query.baselineRunId);
  return {
    title: names.length === 1 ? names[0]! : `${names.length} sweeps`,
    writtenAt: now.toISOString(),
    rows,
    cells: cellsOf(inOrder, samplesMs),
    comparison: pairs.length === 0 ? null : await source.compare({ pairs, statistic: 'p50' }),
    environments: [...new Set(rows.map(({ environmentId }) => environmentId))].map((id) => source.environment(id)),
    ...{ measurements, samplesMs, samplesLeftOut },
  };
}

/** False where retention has removed them. */
async function addSamples(source: ReportSource, row: RunRow, samplesMs: Map<number, Float64Array>): Promise<boolean> {
  try {
    samplesMs.set(row.id, (await source.samples(row.id, {})).samplesMs);
    return true;
  } catch (error) {
    if (error instanceof CrivoError && error.kind === 'not-found') return false;
    throw error;
  }
}

const { compare } = new Intl.Collator('en', { numeric: true });

/** Cells that are compared stand together, the original first; the runs of a cell as they were measured. */
const byCell = (a: RunRow, b: RunRow): number =>
  compare(a.model, b.model) ||
  Number(b.variant === 'original') - Number(a.variant === 'original') ||
  compare(cellName(a), cellName(b)) ||
  a.id - b.id;

function cellsOf(rows: readonly StoredRunRow[], samplesMs: ReadonlyMap<number, Float64Array>): readonly ReportedCell[] {
  return [...Map.groupBy(rows.filter(isMeasured), cellOf).values()].map((runs) => ({
    row: runs[0]!,
    rounds: new Set(runs.map(({ round }) => round)).size,
    noisyRuns: runs.filter(({ noisy }) => noisy === true).length,
    box: boxOf(
      runs.flatMap(({ id }) => {
        const samples = samplesMs.get(id);
        return samples === undefined ? [] : [samples];
      }),
    ),
  }));
}

function boxOf(all: readonly Float64Array[]): Box | null {
  const merged = new Float64Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const samples of all) {
    merged.set(samples, at);
    at += samples.length;
  }
  if (merged.length === 0) return null;
  merged.sort();
  const quantile = (share: number): number => merged[Math.min(merged.length - 1, Math.floor(share * merged.length))]!;
  return { p5: quantile(0.05), p25: quantile(0.25), p50: quantile(0.5), p75: quantile(0.75), p95: quantile(0.95) };
}
