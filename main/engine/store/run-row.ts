import type { Run, RunRole, RunRow } from '../../../shared/sweep.ts';

/** A run as exports write it: the row, and what stands beside it in the store. */
export interface StoredRunRow extends RunRow {
  readonly seed: number;
  readonly recipeHash: string | null;
  readonly parentSha256: string | null;
  readonly environmentId: number;
}

/** What `runColumns` reads beside `runs`. */
export const runJoins =
  'JOIN cells ON cells.id = runs.cell_id JOIN sweeps ON sweeps.id = runs.sweep_id JOIN environments ON environments.id = runs.environment_id';

/** Columns of a `RunRecord`. */
export const runColumns = `runs.*, sweeps.name AS sweep_name, cells.key AS cell_key, cells.model_sha256, cells.recipe_hash,
  environments.hash AS environment_hash, (SELECT json_group_array(tag) FROM run_tags WHERE run_id = runs.id) AS tags_json`;

/** A row of `SELECT runColumns FROM runs runJoins`. */
export interface RunRecord {
  readonly id: number;
  readonly job_id: number;
  readonly sweep_id: number;
  readonly sweep_name: string;
  readonly round: number;
  readonly role: RunRole;
  readonly repeat: number;
  readonly seed: number;
  readonly started_at_ms: number;
  readonly cell_key: string;
  readonly model_sha256: string;
  readonly recipe_hash: string | null;
  readonly parent_sha256: string | null;
  readonly environment_id: number;
  readonly environment_hash: string;
  readonly model: string;
  readonly variant: string;
  readonly precision: string;
  readonly provider: string;
  readonly device: string;
  readonly batch_size: number;
  readonly threads: number;
  readonly graph_optimization: string;
  readonly scenario: string;
  readonly status: Run['status'];
  readonly reason: string | null;
  readonly samples: number | null;
  readonly p50_ms: number | null;
  readonly p50_low_ms: number | null;
  readonly p50_high_ms: number | null;
  readonly mean_ms: number | null;
  readonly p90_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly p999_ms: number | null;
  readonly min_ms: number | null;
  readonly max_ms: number | null;
  readonly variation_percent: number | null;
  readonly throughput_per_second: number | null;
  readonly session_creation_ms: number | null;
  readonly cold_inference_ms: number | null;
  readonly harness_overhead_ms: number | null;
  readonly peak_rss_bytes: number | null;
  readonly size_bytes: number;
  readonly nodes_on_provider: number | null;
  readonly node_count: number | null;
  readonly steady: number | null;
  readonly noisy: number | null;
  readonly noise_causes_json: string | null;
  readonly accuracy_metric: string | null;
  readonly accuracy_percent: number | null;
  readonly accuracy_low_percent: number | null;
  readonly accuracy_high_percent: number | null;
  readonly snr_db: number | null;
  readonly dataset: string | null;
  readonly tags_json: string;
  readonly note: string;
}

const booleanOrNull = (value: number | null): boolean | null => (value === null ? null : value === 1);
const listOf = (json: string | null): readonly string[] =>
  json === null || json === '[]' ? [] : (JSON.parse(json) as string[]);

/** The row as tables show it; `baselineP50Ms` is the median that `speedup` divides, or null. */
export function toRunRow(record: RunRecord, baselineP50Ms: number | null): RunRow {
  return {
    ...identity(record),
    ...figures(record),
    speedup:
      baselineP50Ms === null || record.p50_ms === null || record.p50_ms === 0 ? null : baselineP50Ms / record.p50_ms,
  };
}

/** The row as exports write it. */
export function toStoredRunRow(record: RunRecord, baselineP50Ms: number | null): StoredRunRow {
  return {
    ...toRunRow(record, baselineP50Ms),
    seed: record.seed,
    recipeHash: record.recipe_hash,
    parentSha256: record.parent_sha256,
    environmentId: record.environment_id,
  };
}

function identity(record: RunRecord) {
  return {
    id: record.id,
    sweepId: record.sweep_id,
    sweepName: record.sweep_name,
    round: record.round,
    role: record.role,
    repeat: record.repeat,
    startedAt: new Date(record.started_at_ms).toISOString(),
    cellKey: record.cell_key,
    modelSha256: record.model_sha256,
    model: record.model,
    variant: record.variant,
    precision: record.precision,
    provider: record.provider,
    device: record.device,
    batchSize: record.batch_size,
    threads: record.threads,
    graphOptimization: record.graph_optimization,
    scenario: record.scenario,
    status: record.status,
    reason: record.reason,
    environmentHash: record.environment_hash,
    dataset: record.dataset,
    tags: listOf(record.tags_json),
    note: record.note,
  };
}

function figures(record: RunRecord) {
  return {
    samples: record.samples,
    p50Ms: record.p50_ms,
    p50LowMs: record.p50_low_ms,
    p50HighMs: record.p50_high_ms,
    meanMs: record.mean_ms,
    p90Ms: record.p90_ms,
    p95Ms: record.p95_ms,
    p99Ms: record.p99_ms,
    p999Ms: record.p999_ms,
    minMs: record.min_ms,
    maxMs: record.max_ms,
    coefficientOfVariation: record.variation_percent === null ? null : record.variation_percent / 100,
    throughputPerSecond: record.throughput_per_second,
    sessionCreationMs: record.session_creation_ms,
    coldInferenceMs: record.cold_inference_ms,
    harnessOverheadMs: record.harness_overhead_ms,
    peakRssBytes: record.peak_rss_bytes,
    sizeBytes: record.size_bytes,
    nodesOnProvider: record.nodes_on_provider,
    nodeCount: record.node_count,
    steady: booleanOrNull(record.steady),
    noisy: booleanOrNull(record.noisy),
    noiseCauses: listOf(record.noise_causes_json),
    accuracyMetric: record.accuracy_metric,
    accuracy: record.accuracy_percent,
    accuracyLow: record.accuracy_low_percent,
    accuracyHigh: record.accuracy_high_percent,
    snrDb: record.snr_db,
  };
}
