/** Words that a report's forms share. */
import type { CellComparison, NoiseFloor } from '../../../../shared/comparison.ts';
import type { Environment } from '../../../../shared/hardware.ts';
import type { RunRow } from '../../../../shared/sweep.ts';
import { formatBytes, formatLatencyMs, formatPercent } from '../../../../shared/units.ts';
import type { ReportedCell } from './report-data.ts';

/** A table of texts; the first row is the heading. */
export type TextTable = readonly (readonly string[])[];

export const cellName = ({ model, variant, provider, batchSize, threads }: RunRow): string =>
  `${model} / ${variant}, ${provider}, batch ${batchSize}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

const latency = (value: number | null): string => (value === null ? '' : formatLatencyMs(value));

/** What was measured, a row a cell. */
export function cellTable(cells: readonly ReportedCell[]): TextTable {
  return [
    [
      'Cell',
      'Rounds',
      'Median (first round)',
      '95% interval',
      'p95',
      'p99',
      'infer/s',
      'Accuracy',
      'Peak memory',
      'Noisy runs',
    ],
    ...cells.map(({ row, rounds, noisyRuns }) => [
      cellName(row),
      String(rounds),
      latency(row.p50Ms),
      row.p50LowMs === null ? '' : `${latency(row.p50LowMs)} – ${latency(row.p50HighMs)}`,
      latency(row.p95Ms),
      latency(row.p99Ms),
      row.throughputPerSecond === null ? '' : row.throughputPerSecond.toPrecision(4),
      row.accuracy === null ? '' : `${row.accuracy.toFixed(2)}%`,
      row.peakRssBytes === null ? '' : formatBytes(row.peakRssBytes),
      String(noisyRuns),
    ]),
  ];
}

/** What was not measured and why. */
export function failureTable(rows: readonly RunRow[]): TextTable {
  return [
    ['Cell', 'Status', 'Reason'],
    ...rows.flatMap((row) => (row.status === 'done' ? [] : [[cellName(row), row.status, row.reason ?? '']])),
  ];
}

const change = (ratio: number): string => `${ratio < 1 ? '−' : '+'}${formatPercent(Math.abs(ratio - 1))}`;

/** The verdict, with what could have been seen or what forbids it. */
function verdictOf({ outcome }: CellComparison): string {
  if (outcome.kind === 'not comparable') {
    return `not comparable: ${outcome.obstacles.map(({ field, left, right }) => `${field} (${left} / ${right})`).join('; ')}`;
  }
  return outcome.verdict === 'no difference found'
    ? `no difference found (could have seen ≥ ${formatPercent(outcome.detectable)})`
    : outcome.verdict;
}

/** A row a comparison. */
export function comparisonTable(comparisons: readonly CellComparison[]): TextTable {
  return [
    ['Candidate', 'Baseline', 'Change of the median', '95% interval', 'Rounds', 'Verdict'],
    ...comparisons.map((comparison) => {
      const { candidate, baseline, outcome } = comparison;
      const figures =
        outcome.kind === 'compared'
          ? [
              change(outcome.ratio.value),
              `${change(outcome.ratio.low)} … ${change(outcome.ratio.high)}`,
              String(outcome.rounds),
            ]
          : ['', '', ''];
      return [cellName(candidate.run), cellName(baseline.run), ...figures, verdictOf(comparison)];
    }),
  ];
}

/** What each noise floor rests on. */
export const floorSentence = (sweep: string, { value, source, control }: NoiseFloor): string =>
  source === 'control'
    ? `Sweep ${sweep}: its control, measured twice in each of ${control?.rounds ?? 0} rounds, differed from itself so that differences up to ${formatPercent(value)} are taken as noise.`
    : `Sweep ${sweep}: no control was measured; differences up to ${formatPercent(value)} are taken as noise.`;

/** How it was measured and judged, in short. */
export const methods: readonly string[] = [
  'Each cell ran in a process of its own, in rounds whose order was shuffled by a recorded seed. Warm-up lasted until three windows agreed within 5%; outliers are graded, never dropped.',
  'Medians and percentiles carry distribution-free 95% intervals (Hahn & Meeker 1991), widened where samples depend on their neighbours (Heidelberger & Lewis 1984); a percentile of too few samples is blank.',
  'Comparisons rest on rounds: the mean logarithm of the ratio (turn by turn where the cells of a round took turns of 20 ms), with an error from a hierarchical bootstrap (Davison & Hinkley 1997) and Student’s t. A difference is called one where the whole 95% interval lies beyond the noise floor, corrected for the number of comparisons by Holm’s procedure (1979).',
  'A run is noisy where other processes, the hypervisor, heat, the clock, memory pressure or a battery disturbed it beyond the limits of docs/measurement.md; it stays in every table.',
];

const environmentLabels: Readonly<Record<keyof Environment, string>> = {
  cpuModel: 'CPU',
  physicalCores: 'Physical cores',
  logicalCores: 'Logical cores',
  isa: 'ISA extensions',
  governor: 'Frequency governor',
  memoryBytes: 'Memory',
  operatingSystem: 'Operating system',
  kernel: 'Kernel',
  architecture: 'Architecture',
  gpu: 'GPU',
  gpuDriver: 'GPU driver',
  powerSource: 'Power source',
  virtualized: 'Virtual machine',
  onnxRuntimeVersion: 'ONNX Runtime',
  nodeVersion: 'Node.js',
  crivoVersion: 'Crivo',
  machineId: 'Machine',
};

/** Facts of the machine. */
export function environmentTable(environments: readonly Environment[]): TextTable {
  const text = (environment: Environment, key: keyof Environment): string => {
    const value = environment[key];
    if (value === null) return 'unknown';
    if (key === 'memoryBytes') return formatBytes(environment.memoryBytes);
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    return typeof value === 'object' ? value.join(' ') : String(value);
  };
  return [
    ['Fact', ...environments.map((_, index) => (environments.length === 1 ? 'Value' : `Environment ${index + 1}`))],
    ...(Object.keys(environmentLabels) as (keyof Environment)[]).map((key) => [
      environmentLabels[key],
      ...environments.map((environment) => text(environment, key)),
    ]),
  ];
}
