import { nearestName } from '../../../shared/nearest-name.ts';

/** How a value of a column is written in a filter. */
export type ColumnType = 'text' | 'count' | 'duration' | 'bytes' | 'percent' | 'number' | 'boolean' | 'time' | 'tag';

export interface RunColumn {
  /** The name in filters (`batch`). */
  readonly name: string;
  /** Other names for it; the first is the field of `RunRow`. */
  readonly aliases: readonly string[];
  readonly type: ColumnType;
  /** The SQL expression over `runs` alone. */
  readonly sql: string;
}

const inCells = (column: string): string => `(SELECT ${column} FROM cells WHERE cells.id = runs.cell_id)`;

const column = (name: string, aliases: string, type: ColumnType, sql: string): RunColumn => ({
  name,
  aliases: aliases.split(' ').filter(Boolean),
  type,
  sql,
});

/** Every column that filters and sorting know. */
const runColumnList: readonly RunColumn[] = [
  column('run', 'id', 'count', 'runs.id'),
  column('sweep', 'sweepName', 'text', '(SELECT name FROM sweeps WHERE sweeps.id = runs.sweep_id)'),
  column('sweep-id', 'sweepId', 'count', 'runs.sweep_id'),
  column('round', '', 'count', 'runs.round'),
  column('role', '', 'text', 'runs.role'),
  column('repeat', '', 'count', 'runs.repeat'),
  column('started', 'startedAt date', 'time', 'runs.started_at_ms'),
  column('cell', 'cellKey', 'text', inCells('key')),
  column('sha256', 'modelSha256 model_sha256', 'text', inCells('model_sha256')),
  column('recipe-hash', 'recipeHash', 'text', inCells('recipe_hash')),
  column('parent', 'parentSha256', 'text', 'runs.parent_sha256'),
  column('model', '', 'text', 'runs.model'),
  column('variant', 'recipe', 'text', 'runs.variant'),
  column('precision', '', 'text', 'runs.precision'),
  column('provider', 'ep execution_provider', 'text', 'runs.provider'),
  column('device', '', 'text', 'runs.device'),
  column('batch', 'batchSize batch_size', 'count', 'runs.batch_size'),
  column('threads', 'intra_op_threads', 'count', 'runs.threads'),
  column('optimization', 'graphOptimization graph_optimization', 'text', 'runs.graph_optimization'),
  column('scenario', '', 'text', 'runs.scenario'),
  column('dataset', '', 'text', 'runs.dataset'),
  column('status', '', 'text', 'runs.status'),
  column('reason', 'error', 'text', 'runs.reason'),
  column('samples', '', 'count', 'runs.samples'),
  column('p50', 'p50Ms median latency', 'duration', 'runs.p50_ms'),
  column('p50-low', 'p50LowMs', 'duration', 'runs.p50_low_ms'),
  column('p50-high', 'p50HighMs', 'duration', 'runs.p50_high_ms'),
  column('mean', 'meanMs', 'duration', 'runs.mean_ms'),
  column('p90', 'p90Ms', 'duration', 'runs.p90_ms'),
  column('p95', 'p95Ms', 'duration', 'runs.p95_ms'),
  column('p99', 'p99Ms', 'duration', 'runs.p99_ms'),
  column('p999', 'p999Ms p99.9', 'duration', 'runs.p999_ms'),
  column('min', 'minMs', 'duration', 'runs.min_ms'),
  column('max', 'maxMs', 'duration', 'runs.max_ms'),
  column('cv', 'coefficientOfVariation', 'percent', 'runs.variation_percent'),
  column('throughput', 'throughputPerSecond', 'number', 'runs.throughput_per_second'),
  column('load', 'sessionCreationMs', 'duration', 'runs.session_creation_ms'),
  column('cold', 'coldInferenceMs', 'duration', 'runs.cold_inference_ms'),
  column('overhead', 'harnessOverheadMs', 'duration', 'runs.harness_overhead_ms'),
  column('memory', 'peakRssBytes rss', 'bytes', 'runs.peak_rss_bytes'),
  column('size', 'sizeBytes', 'bytes', 'runs.size_bytes'),
  column('nodes', 'nodeCount', 'count', 'runs.node_count'),
  column('placed', 'nodesOnProvider', 'count', 'runs.nodes_on_provider'),
  column('steady', 'stable', 'boolean', 'runs.steady'),
  column('noisy', '', 'boolean', 'runs.noisy'),
  column('noise', 'noiseCauses', 'text', 'runs.noise_causes_json'),
  column('accuracy', '', 'percent', 'runs.accuracy_percent'),
  column('metric', 'accuracyMetric', 'text', 'runs.accuracy_metric'),
  column('accuracy-low', 'accuracyLow', 'percent', 'runs.accuracy_low_percent'),
  column('accuracy-high', 'accuracyHigh', 'percent', 'runs.accuracy_high_percent'),
  column('snr', 'snrDb', 'number', 'runs.snr_db'),
  column(
    'environment',
    'environmentHash',
    'text',
    '(SELECT hash FROM environments WHERE environments.id = runs.environment_id)',
  ),
  column('tag', 'tags', 'tag', "(SELECT group_concat(tag, ', ') FROM run_tags WHERE run_tags.run_id = runs.id)"),
  column('note', '', 'text', 'runs.note'),
];

const byName = new Map(
  runColumnList.flatMap((found) => [found.name, ...found.aliases].map((name) => [name.toLowerCase(), found] as const)),
);

/** The column of a name or alias, whatever its case; null where there is none. */
export const findRunColumn = (name: string): RunColumn | null => byName.get(name.toLowerCase()) ?? null;

/** The column that was probably meant by an unknown name, or null. */
export const nearestColumn = (written: string): string | null => nearestName(written, byName.keys());
