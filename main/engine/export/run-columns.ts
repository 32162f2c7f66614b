import type { Environment } from '../../../shared/hardware.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { nearestName } from '../../../shared/nearest-name.ts';
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
  /** The field of a table's row that it shows. */
  readonly field?: keyof StoredRunRow;
  readonly value: (run: ExportedRun) => ExportedValue;
}

const bytesPerMb = 1e6;
const megabytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / bytesPerMb);

type Field = keyof StoredRunRow;
type PlainField = { [Name in Field]: StoredRunRow[Name] extends ExportedValue ? Name : never }[Field];

function ofRow(name: string, field: PlainField): ExportColumn;
function ofRow(name: string, field: Field, value: (row: StoredRunRow) => ExportedValue): ExportColumn;
function ofRow(name: string, field: Field, value?: (row: StoredRunRow) => ExportedValue): ExportColumn {
  return { name, field, value: ({ row }) => (value === undefined ? (row[field] as ExportedValue) : value(row)) };
}
const ofMachine = (name: string, value: (environment: Environment) => ExportedValue): ExportColumn => ({
  name,
  value: ({ environment }) => value(environment),
});

/** What was run and how fast, under the names that other tools' users know. */
const familiar: readonly ExportColumn[] = [
  ofRow('model', 'model'),
  ofRow('variant', 'variant'),
  ofRow('precision', 'precision'),
  ofRow('execution_provider', 'provider'),
  ofRow('device', 'device'),
  ofRow('batch_size', 'batchSize'),
  ofRow('intra_op_threads', 'threads'),
  ofRow('graph_optimization', 'graphOptimization'),
  ofRow('scenario', 'scenario'),
  ofRow('dataset', 'dataset'),
  ofRow('samples', 'samples'),
  ofRow('throughput (infer/sec)', 'throughputPerSecond'),
  ofRow('mean latency (ms)', 'meanMs'),
  ofRow('p50 latency (ms)', 'p50Ms'),
  ofRow('p90 latency (ms)', 'p90Ms'),
  ofRow('p95 latency (ms)', 'p95Ms'),
  ofRow('p99 latency (ms)', 'p99Ms'),
  ofRow('p99.9 latency (ms)', 'p999Ms'),
  ofRow('min latency (ms)', 'minMs'),
  ofRow('max latency (ms)', 'maxMs'),
  ofRow('ci95 low (ms)', 'p50LowMs'),
  ofRow('ci95 high (ms)', 'p50HighMs'),
  ofRow('cv (%)', 'coefficientOfVariation', (row) =>
    row.coefficientOfVariation === null ? null : row.coefficientOfVariation * 100,
  ),
  ofRow('stable', 'steady'),
  ofRow('session load (ms)', 'sessionCreationMs'),
  ofRow('cold inference (ms)', 'coldInferenceMs'),
  ofRow('harness overhead (ms)', 'harnessOverheadMs'),
  ofRow('peak RAM (MB)', 'peakRssBytes', (row) => megabytes(row.peakRssBytes)),
  ofRow('size (MB)', 'sizeBytes', (row) => (row.sizeBytes === 0 ? null : megabytes(row.sizeBytes))),
  ofRow('accuracy metric', 'accuracyMetric'),
  ofRow('accuracy', 'accuracy'),
  ofRow('accuracy low', 'accuracyLow'),
  ofRow('accuracy high', 'accuracyHigh'),
  {
    name: 'accuracy ratio',
    value: ({ row, baselineAccuracy }) =>
      row.accuracy === null || baselineAccuracy === null || baselineAccuracy === 0
        ? null
        : row.accuracy / baselineAccuracy,
  },
  ofRow('snr (dB)', 'snrDb'),
  ofRow('speedup', 'speedup'),
  ofRow('ep nodes', 'nodesOnProvider'),
  ofRow('ep nodes total', 'nodeCount'),
  ofRow('status', 'status'),
  ofRow('error', 'reason'),
];

const lineage: readonly ExportColumn[] = [
  ofRow('sweep', 'sweepName'),
  ofRow('sweep_id', 'sweepId'),
  ofRow('run_id', 'id'),
  ofRow('cell_key', 'cellKey'),
  ofRow('parent', 'parentSha256'),
  ofRow('recipe', 'variant', (row) => (row.variant === 'original' ? null : row.variant)),
  ofRow('recipe_hash', 'recipeHash'),
  ofRow('model_sha256', 'modelSha256'),
  ofRow('round', 'round'),
  ofRow('role', 'role'),
  ofRow('repeat', 'repeat'),
  ofRow('seed', 'seed'),
  ofRow('started_at', 'startedAt'),
  ofRow('noisy', 'noisy'),
  ofRow('noise_causes', 'noiseCauses', (row) => (row.noiseCauses.length === 0 ? null : row.noiseCauses.join('; '))),
  ofRow('tags', 'tags', (row) => (row.tags.length === 0 ? null : row.tags.join('; '))),
  ofRow('note', 'note', (row) => (row.note === '' ? null : row.note)),
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
  ofRow('environment_hash', 'environmentHash'),
];

const exportColumns: readonly ExportColumn[] = [...familiar, ...lineage, ...machine];

/** Columns by their name or by the field of a table's row, in the order asked for; all without names. Throws `invalid-input`. */
export function chooseColumns(names: readonly string[] | undefined): readonly ExportColumn[] {
  if (names === undefined || names.length === 0) return exportColumns;
  return names.map((name) => {
    const found =
      exportColumns.find((column) => column.name === name) ?? exportColumns.find(({ field }) => field === name);
    if (found !== undefined) return found;
    const known = exportColumns.map((column) => column.name);
    const near = nearestName(name, known);
    const message =
      near === null
        ? say('noExportColumn', { name, columns: known.join(', ') })
        : say('noColumnButNear', { name, near });
    throw new CrivoError('invalid-input', message);
  });
}
