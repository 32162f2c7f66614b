import type { Environment } from '../../../shared/hardware.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { suggestion } from '../sweep/nearest-name.ts';
import type { StoredRunRow } from '../store/run-row.ts';

/** A run with what an export writes beside it. */
export interface ExportedRun {
  readonly row: StoredRunRow;
  readonly environment: Environment;
  /** Accuracy of the query's baseline, %, or null. */
  readonly baselineAccuracy: number | null;
}

/** Null is a blank: not valid, or not known. */
export type ExportedValue = string | number | boolean | null;

export interface ExportColumn {
  readonly name: string;
  readonly value: (run: ExportedRun) => ExportedValue;
}

const bytesPerMb = 1e6;
const megabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / bytesPerMb);

const ofRow = (name: string, value: (row: StoredRunRow) => ExportedValue): ExportColumn => ({
  name,
  value: ({ row }) => value(row),
});
const ofMachine = (name: string, value: (environment: Environment) => ExportedValue): ExportColumn => ({
  name,
  value: ({ environment }) => value(environment),
});

/** What was run and how fast, under the names that other tools' users know. */
const familiar: readonly ExportColumn[] = [
  ofRow('model', (row) => row.model),
  ofRow('variant', (row) => row.variant),
  ofRow('precision', (row) => row.precision),
  ofRow('execution_provider', (row) => row.provider),
  ofRow('device', (row) => row.device),
  ofRow('batch_size', (row) => row.batchSize),
  ofRow('intra_op_threads', (row) => row.threads),
  ofRow('graph_optimization', (row) => row.graphOptimization),
  ofRow('scenario', (row) => row.scenario),
  ofRow('dataset', (row) => row.dataset),
  ofRow('samples', (row) => row.samples),
  ofRow('throughput (infer/sec)', (row) => row.throughputPerSecond),
  ofRow('mean latency (ms)', (row) => row.meanMs),
  ofRow('p50 latency (ms)', (row) => row.p50Ms),
  ofRow('p90 latency (ms)', (row) => row.p90Ms),
  ofRow('p95 latency (ms)', (row) => row.p95Ms),
  ofRow('p99 latency (ms)', (row) => row.p99Ms),
  ofRow('p99.9 latency (ms)', (row) => row.p999Ms),
  ofRow('min latency (ms)', (row) => row.minMs),
  ofRow('max latency (ms)', (row) => row.maxMs),
  ofRow('ci95 low (ms)', (row) => row.p50LowMs),
  ofRow('ci95 high (ms)', (row) => row.p50HighMs),
  ofRow('cv (%)', (row) => (row.coefficientOfVariation === null ? null : row.coefficientOfVariation * 100)),
  ofRow('stable', (row) => row.steady),
  ofRow('session load (ms)', (row) => row.sessionCreationMs),
  ofRow('cold inference (ms)', (row) => row.coldInferenceMs),
  ofRow('harness overhead (ms)', (row) => row.harnessOverheadMs),
  ofRow('peak RAM (MB)', (row) => megabytes(row.peakRssBytes)),
  ofRow('size (MB)', (row) => (row.sizeBytes === 0 ? null : megabytes(row.sizeBytes))),
  ofRow('accuracy', (row) => row.accuracy),
  ofRow('accuracy low', (row) => row.accuracyLow),
  ofRow('accuracy high', (row) => row.accuracyHigh),
  {
    name: 'accuracy ratio',
    value: ({ row, baselineAccuracy }) =>
      row.accuracy === null || baselineAccuracy === null || baselineAccuracy === 0
        ? null
        : row.accuracy / baselineAccuracy,
  },
  ofRow('snr (dB)', (row) => row.snrDb),
  ofRow('speedup', (row) => row.speedup),
  ofRow('ep nodes', (row) => row.nodesOnProvider),
  ofRow('ep nodes total', (row) => row.nodeCount),
  ofRow('status', (row) => row.status),
  ofRow('error', (row) => row.reason),
];

const lineage: readonly ExportColumn[] = [
  ofRow('sweep', (row) => row.sweepName),
  ofRow('sweep_id', (row) => row.sweepId),
  ofRow('run_id', (row) => row.id),
  ofRow('cell_key', (row) => row.cellKey),
  ofRow('parent', (row) => row.parentSha256),
  ofRow('recipe', (row) => (row.variant === 'original' ? null : row.variant)),
  ofRow('recipe_hash', (row) => row.recipeHash),
  ofRow('model_sha256', (row) => row.modelSha256),
  ofRow('round', (row) => row.round),
  ofRow('seed', (row) => row.seed),
  ofRow('started_at', (row) => row.startedAt),
  ofRow('noisy', (row) => row.noisy),
  ofRow('noise_causes', (row) => (row.noiseCauses.length === 0 ? null : row.noiseCauses.join('; '))),
  ofRow('tags', (row) => (row.tags.length === 0 ? null : row.tags.join(' '))),
  ofRow('note', (row) => (row.note === '' ? null : row.note)),
];

const machine: readonly ExportColumn[] = [
  ofMachine('cpu', ({ cpuModel }) => cpuModel),
  ofMachine('physical_cores', ({ physicalCores }) => physicalCores),
  ofMachine('logical_cores', ({ logicalCores }) => logicalCores),
  ofMachine('isa', ({ isa }) => (isa.length === 0 ? null : isa.join(' '))),
  ofMachine('governor', ({ governor }) => governor),
  ofMachine('memory (MB)', ({ memoryBytes }) => megabytes(memoryBytes)),
  ofMachine('operating_system', ({ operatingSystem }) => operatingSystem),
  ofMachine('kernel', ({ kernel }) => kernel),
  ofMachine('architecture', ({ architecture }) => architecture),
  ofMachine('gpu', ({ gpu }) => gpu),
  ofMachine('gpu_driver', ({ gpuDriver }) => gpuDriver),
  ofMachine('power_source', ({ powerSource }) => powerSource),
  ofMachine('virtualized', ({ virtualized }) => virtualized),
  ofMachine('onnxruntime_version', ({ onnxRuntimeVersion }) => onnxRuntimeVersion),
  ofMachine('node_version', ({ nodeVersion }) => nodeVersion),
  ofMachine('crivo_version', ({ crivoVersion }) => crivoVersion),
  ofMachine('machine_id', ({ machineId }) => machineId),
  ofRow('environment_hash', (row) => row.environmentHash),
];

const exportColumns: readonly ExportColumn[] = [...familiar, ...lineage, ...machine];

/** Columns by name, in the order asked for; all of them without names. Throws `invalid-input`. */
export function chooseColumns(names: readonly string[] | undefined): readonly ExportColumn[] {
  if (names === undefined || names.length === 0) return exportColumns;
  return names.map((name) => {
    const found = exportColumns.find((column) => column.name === name);
    if (found !== undefined) return found;
    const hint = suggestion(
      name,
      exportColumns.map((column) => column.name),
    );
    throw new CrivoError(
      'invalid-input',
      `An export has no column "${name}"${hint || ': leave the columns out to get them all.'}`,
    );
  });
}
