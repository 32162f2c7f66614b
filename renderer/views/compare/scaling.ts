import type { RunRow } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';
import { differingFields, fieldText } from './run-names.ts';

/** What a chart of scaling runs over. */
export type ScalingAxis = 'batchSize' | 'threads';

export interface ScalingPoint {
  /** Batch size or threads. */
  readonly x: number;
  /** Median over the runs (rounds) of their medians, ms. */
  readonly latencyMs: number;
  /** Median over the runs, inferences per second; null where no run has it. */
  readonly throughputPerSecond: number | null;
  readonly runs: number;
}
export interface ScalingSeries {
  readonly name: string;
  /** By rising `x`. */
  readonly points: readonly ScalingPoint[];
}

const partFields = [
  'model',
  'variant',
  'provider',
  'device',
  'batchSize',
  'threads',
  'graphOptimization',
  'scenario',
  'dataset',
  'sweepName',
] as const;

/** Runs that differ only along the axis (and in their round) make one series, named by what tells it from the others. */
export function scalingSeries(
  rows: readonly RunRow[],
  axis: ScalingAxis,
  text: Text['compare'],
): readonly ScalingSeries[] {
  const measured = rows.filter(({ p50Ms }) => p50Ms !== null);
  const fields = partFields.filter((field) => field !== axis);
  const differing = differingFields(measured, fields);
  const bySeries = Map.groupBy(measured, (row) =>
    JSON.stringify([row.modelSha256, ...fields.map((field) => row[field])]),
  );
  return [...bySeries.values()].map((members) => {
    const first = members[0]!;
    const name = differing.map((field) => fieldText(first, field, text)).join(' · ');
    const byPlace = Map.groupBy(members, (row) => row[axis]);
    const points = [...byPlace].map(([x, runs]): ScalingPoint => ({
      x,
      latencyMs: median(runs.flatMap(({ p50Ms }) => p50Ms ?? []))!,
      throughputPerSecond: median(runs.flatMap(({ throughputPerSecond }) => throughputPerSecond ?? [])),
      runs: runs.length,
    }));
    return { name: name === '' ? first.model : name, points: points.toSorted((a, b) => a.x - b.x) };
  });
}

/** The middle value, or the mean of the two; null of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
