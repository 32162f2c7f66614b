import type { RunRow } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';

/** A column of the results: named by the field of `RunRow` that it shows and that the engine sorts by. */
export type ColumnId = keyof Text['results']['columns'];

export interface RunColumn {
  readonly id: ColumnId;
  /** px, until a person changes it. */
  readonly width: number;
  readonly number: boolean;
  /** Shown until a person chooses. */
  readonly usual: boolean;
  /** The fields that an export of this column holds. */
  readonly fields: readonly (keyof RunRow)[];
}

const column = (
  id: ColumnId,
  width: number,
  traits: { number?: boolean; usual?: boolean; fields?: readonly (keyof RunRow)[] } = {},
): RunColumn => ({ id, width, number: false, usual: false, fields: [id], ...traits });
const figure = (id: ColumnId, width = 84, usual = false): RunColumn => column(id, width, { number: true, usual });

/** Every column, in the order in which they are offered. */
export const runColumns: readonly RunColumn[] = [
  column('model', 118, { usual: true }),
  column('variant', 104, { usual: true }),
  column('provider', 66, { usual: true }),
  figure('batchSize', 50, true),
  figure('threads', 42, true),
  column('p50Ms', 128, { number: true, usual: true, fields: ['p50Ms', 'p50LowMs', 'p50HighMs'] }),
  figure('throughputPerSecond', 82, true),
  column('speedup', 78, { number: true, usual: true }),
  column('accuracy', 74, {
    number: true,
    usual: true,
    fields: ['accuracyMetric', 'accuracy', 'accuracyLow', 'accuracyHigh'],
  }),
  figure('peakRssBytes', 68, true),
  column('status', 92, { usual: true }),
  column('startedAt', 106, { usual: true }),
  figure('sizeBytes', 74, true),
  figure('p99Ms', 72, true),
  column('noisy', 78, { usual: true, fields: ['noisy', 'noiseCauses'] }),
  column('sweepName', 132, { usual: true }),
  column('tags', 140, { usual: true }),
  column('note', 220),
  column('reason', 280),
  column('precision', 90),
  column('device', 190),
  column('graphOptimization', 116),
  column('scenario', 116),
  column('dataset', 100),
  column('accuracyMetric', 150),
  figure('samples', 92),
  figure('meanMs'),
  figure('p90Ms'),
  figure('p95Ms'),
  figure('p999Ms'),
  figure('minMs'),
  figure('maxMs'),
  figure('coefficientOfVariation', 100),
  figure('sessionCreationMs', 116),
  figure('coldInferenceMs', 116),
  figure('harnessOverheadMs', 116),
  column('nodesOnProvider', 128, { number: true, fields: ['nodesOnProvider', 'nodeCount'] }),
  column('steady', 84),
  figure('snrDb', 84),
  figure('round', 74),
  figure('id', 76),
  column('modelSha256', 130),
  column('cellKey', 130),
  column('environmentHash', 130),
];

export const usualColumns: readonly ColumnId[] = runColumns.filter(({ usual }) => usual).map(({ id }) => id);

const byId = new Map(runColumns.map((found) => [found.id, found]));

/** Whether a text, from an address or from memory, names a column. */
export const isColumn = (id: unknown): id is ColumnId => byId.has(id as ColumnId);

/** The columns of these ids, in their order. */
export const columnsOf = (ids: readonly ColumnId[]): readonly RunColumn[] => ids.map((id) => byId.get(id)!);

/** Field names for an export of exactly these columns. */
export const exportedFields = (ids: readonly ColumnId[]): string[] => columnsOf(ids).flatMap(({ fields }) => fields);
