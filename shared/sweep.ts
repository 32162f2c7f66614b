import { z } from 'zod';
import { providerNames } from './hardware.ts';
import type { ProviderName } from './hardware.ts';
import { measureChoiceSchema } from './measurement.ts';
import type { Interference, MeasureOptions, Measurement, QualityMetric, Scenario } from './measurement.ts';

export const graphOptimizationLevels = ['disabled', 'basic', 'extended', 'layout', 'all'] as const;
export type GraphOptimizationLevel = (typeof graphOptimizationLevels)[number];

/** What a cell's process is given to be measured in. */
export const conditionsSchema = z.strictObject({
  /** Logical cores that the process may use (`taskset` on Linux); all where left out. */
  cores: z.array(z.int().min(0).max(4_095)).min(1).max(4_096).optional(),
  /** `high` takes rights that most users have only on Windows; where it is refused, the run says so. */
  priority: z.enum(['low', 'normal', 'high']).optional(),
  /** Waits before each cell, for the machine to cool. */
  coolDownSeconds: z.number().min(0).max(3_600).optional(),
  /**
   * Single-stream cells of a round that do the same work are measured by turns of some 20 ms. Left out: where there are at
   * least three rounds and two cells.
   */
  turns: z.boolean().optional(),
});
export type Conditions = z.infer<typeof conditionsSchema>;

const positiveSizes = z.array(z.int().min(1).max(65_536)).min(1).max(100);

/**
 * A scenario as a specification writes it: a name, or an object for its parameters.
 * `{ offline: { processes: [1, 2] } }`, `{ server: { qps: [50, 100], latencyBoundMs: 15 } }`.
 */
const scenarioEntrySchema = z.union([
  z.enum(['single-stream', 'offline']),
  z.strictObject({ offline: z.strictObject({ processes: positiveSizes }) }),
  z.strictObject({
    server: z.strictObject({
      qps: z.array(z.number().positive()).min(1).max(100),
      latencyBoundMs: z.number().positive(),
    }),
  }),
]);

/** A sweep as a person writes it (YAML); `main/engine/sweep` adds the line numbers to the errors. */
export const sweepSpecificationSchema = z.strictObject({
  name: z.string().min(1).max(200),
  /** Names in the library, or paths relative to the specification's file. */
  models: z.array(z.string().min(1)).min(1).max(1_000),
  /** `original`, the name of a recipe, or the path of a recipe file. */
  variants: z
    .array(z.union([z.string().min(1), z.strictObject({ recipe: z.string().min(1) })]))
    .min(1)
    .max(100)
    .default(['original']),
  providers: z.union([z.literal('all'), z.array(z.enum(providerNames)).min(1)]).default(['cpu']),
  batchSizes: positiveSizes.default([1]),
  threads: z.array(z.int().min(1).max(1_024)).min(1).max(100).default([1]),
  graphOptimization: z.array(z.enum(graphOptimizationLevels)).min(1).default(['all']),
  scenarios: z.array(scenarioEntrySchema).min(1).default(['single-stream']),
  /** Name of a dataset of the library: inputs, labels for accuracy, calibration data for variants. */
  dataset: z.string().min(1).optional(),
  measure: measureChoiceSchema.default('standard'),
  rounds: z.int().min(1).max(1_000).default(1),
  /** Order of cells within a round is shuffled by it; drawn and recorded when left out. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  /** Input name → shape, for inputs with dynamic sizes; `batch` stands for the cell's batch size. */
  inputShapes: z.record(z.string(), z.array(z.union([z.int().min(1), z.literal('batch')]))).optional(),
  /** Passed to ONNX Runtime as session configuration entries. */
  sessionOptions: z.record(z.string(), z.string()).optional(),
  /**
   * Measures the first cell that can run twice in each round: what the two differ by is the noise floor of that night.
   * Left out: where there are at least three rounds and two cells.
   */
  control: z.boolean().optional(),
  /** How often a noisy run is measured again at the end of the sweep. Left out: once where there are at least three rounds. */
  remeasureNoisy: z.int().min(0).max(10).optional(),
  conditions: conditionsSchema.optional(),
  /** A cell is ended after this long. */
  cellDeadlineSeconds: z.number().positive().max(86_400).optional(),
  /** A cell is ended when its memory passes this. */
  cellMemoryMb: z.number().positive().optional(),
  /** A cell below these is marked rejected. */
  accept: z.strictObject({ maxDrop: z.number().min(0).optional(), minSnrDb: z.number().optional() }).optional(),
});
export type SweepSpecification = z.infer<typeof sweepSpecificationSchema>;

/** What must hold before a cell of a sweep is started; nobody is asked where it is left out. */
export const startConditionsSchema = z.strictObject({
  /** Not on battery. A machine that doesn't tell what it runs on counts as plugged in. */
  onlyOnAc: z.boolean().optional(),
  /** Other work takes less than a tenth of the cores. */
  onlyWhenIdle: z.boolean().optional(),
  /** The hottest CPU sensor, °C. A machine without a sensor counts as cool. */
  coolerThanC: z.number().min(20).max(120).optional(),
});
export type StartConditions = z.infer<typeof startConditionsSchema>;

/** One point of the matrix: everything that decides what is run. Its key is the SHA-256 of its canonical JSON. */
export interface Cell {
  readonly modelSha256: string;
  readonly modelName: string;
  /** `original` or the recipe's name. */
  readonly variant: string;
  /** Null for `original`. */
  readonly recipeHash: string | null;
  readonly provider: ProviderName;
  readonly batchSize: number;
  readonly threads: number;
  readonly graphOptimization: GraphOptimizationLevel;
  readonly scenario: Scenario;
  /** Concrete shape of each input. */
  readonly inputShapes: Readonly<Record<string, readonly number[]>>;
  readonly sessionOptions: Readonly<Record<string, string>>;
  readonly dataset: string | null;
  readonly measure: MeasureOptions;
  readonly deadlineMs: number;
  readonly memoryLimitBytes: number | null;
  readonly conditions?: Conditions;
}

export interface PlannedCell {
  readonly cell: Cell;
  readonly estimateMs: number;
  /** Null where it can run; else why it can't on this machine, and the cure. */
  readonly skipped: { readonly reason: string; readonly cure: string } | null;
}

export interface SweepPlan {
  readonly name: string;
  readonly seed: number;
  readonly rounds: number;
  readonly cells: readonly PlannedCell[];
  /** Index of the cell that is measured twice in each round, or null. */
  readonly control: number | null;
  /** How often a noisy run is measured again. */
  readonly remeasure: number;
  /** Cells that can run × rounds, with the control. */
  readonly runCount: number;
  readonly estimateMs: number;
  /** What the estimate rests on (`12 earlier runs of these models`, `no earlier runs: midway between the shortest and the longest warm-up and measuring`). */
  readonly estimateBasis: string;
  /** Things a person should know before the night (dynamic sizes chosen, warnings of recipes). */
  readonly notes: readonly string[];
}

/** `control`: the second measurement of the control cell in a round. */
export type RunRole = 'cell' | 'control';
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped' | 'cancelled';
export type SweepState = 'scheduled' | 'waiting' | 'running' | 'paused' | 'done' | 'cancelled';

export interface SweepSummary {
  readonly id: number;
  readonly name: string;
  readonly state: SweepState;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly startsAt: string | null;
  readonly untilAt: string | null;
  readonly finishedAt: string | null;
  readonly conditions: StartConditions;
  /** Position among sweeps that wait; lower runs earlier. */
  readonly position: number;
  readonly counts: Readonly<Record<JobState, number>>;
  /** How many of these jobs measure again what was noisy, of each state; states without any are left out. */
  readonly remeasured: Readonly<Partial<Record<JobState, number>>>;
  /** Estimated time that its waiting and running jobs still take. */
  readonly remainingMs: number;
}

/** A cell in one round, as the queue shows it. */
export interface JobRow {
  readonly id: number;
  readonly sweepId: number;
  readonly round: number;
  readonly role: RunRole;
  /** How often the cell had been measured before in this round, because it was noisy. */
  readonly repeat: number;
  readonly position: number;
  readonly state: JobState;
  readonly cell: Cell;
  /** Why it was skipped or failed, one sentence. */
  readonly reason: string | null;
  readonly runId: number | null;
  readonly attempts: number;
  readonly startedAt: string | null;
  /** How long it was expected to take when the sweep was planned. */
  readonly estimateMs: number;
}

/** Where the running cell is. */
export interface JobProgress {
  readonly jobId: number;
  readonly phase: 'preparing' | 'opening' | 'cold' | 'warming' | 'measuring' | 'placement' | 'quality' | 'storing';
  readonly elapsedMs: number;
  readonly samples: number;
  readonly medianMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
}

export interface QueueState {
  readonly running: boolean;
  readonly paused: boolean;
  readonly sweeps: readonly SweepSummary[];
  /** Of several that take turns, the one that was at work last. */
  readonly current: JobRow | null;
  /** How many cells take turns; absent where one is measured alone. */
  readonly takingTurns?: number;
  readonly progress: JobProgress | null;
  /** What a sweep whose time has come still waits for (mains power, a cooler CPU), one sentence; absent otherwise. */
  readonly waitsFor?: string;
  /** Why it stopped by itself (a full disk), one sentence; absent otherwise. */
  readonly stoppedBecause?: string;
}

/** A stored run: what tables, CSV and comparison read. */
export interface Run {
  readonly id: number;
  readonly sweepId: number;
  readonly sweepName: string;
  readonly jobId: number;
  readonly round: number;
  readonly role: RunRole;
  readonly repeat: number;
  readonly seed: number;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly cellKey: string;
  readonly cell: Cell;
  readonly status: 'done' | 'failed' | 'skipped' | 'rejected';
  /** For `failed`, `skipped`, `rejected`: the reason, one sentence. */
  readonly reason: string | null;
  /** Null unless it was measured. */
  readonly measurement: Measurement | null;
  readonly environmentHash: string;
  readonly precision: string;
  readonly sizeBytes: number;
  readonly parentSha256: string | null;
  readonly tags: readonly string[];
  readonly note: string;
}

/** A run without its bulk, for tables of many. Latencies in ms; null = blank. */
export interface RunRow {
  readonly id: number;
  readonly sweepId: number;
  readonly sweepName: string;
  readonly round: number;
  readonly role: RunRole;
  readonly repeat: number;
  readonly startedAt: string;
  readonly cellKey: string;
  readonly modelSha256: string;
  readonly model: string;
  readonly variant: string;
  readonly precision: string;
  readonly provider: string;
  readonly device: string;
  readonly batchSize: number;
  readonly threads: number;
  readonly graphOptimization: string;
  readonly scenario: string;
  readonly status: Run['status'];
  readonly reason: string | null;
  readonly samples: number | null;
  readonly p50Ms: number | null;
  readonly p50LowMs: number | null;
  readonly p50HighMs: number | null;
  readonly meanMs: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly coefficientOfVariation: number | null;
  readonly throughputPerSecond: number | null;
  readonly sessionCreationMs: number | null;
  readonly coldInferenceMs: number | null;
  readonly harnessOverheadMs: number | null;
  readonly peakRssBytes: number | null;
  readonly sizeBytes: number;
  readonly nodesOnProvider: number | null;
  readonly nodeCount: number | null;
  readonly steady: boolean | null;
  readonly noisy: boolean | null;
  readonly noiseCauses: readonly string[];
  /** Which figure the accuracy is (`top1`, `miou`, `1-cer`): see `primary-metric.ts`. */
  readonly accuracyMetric: string | null;
  /** Where labels were given: %, more is better. */
  readonly accuracy: number | null;
  readonly accuracyLow: number | null;
  readonly accuracyHigh: number | null;
  /** SNR against the parent, dB. */
  readonly snrDb: number | null;
  /** Median of the pinned baseline over this row's median; null without a baseline. */
  readonly speedup: number | null;
  readonly environmentHash: string;
  readonly dataset: string | null;
  readonly tags: readonly string[];
  readonly note: string;
}

export type { Interference, Measurement, QualityMetric };
