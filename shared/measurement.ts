import { z } from 'zod';

/** How a cell is measured: warm-up, stopping rule and caps. Durations in ms. */
export const measureOptionsSchema = z.strictObject({
  minDurationMs: z.number().positive().max(86_400_000),
  minSamples: z.int().min(5).max(100_000_000),
  /** Half-width of the 95% interval of the median, relative to the median, that ends measuring. */
  targetRelativeInterval: z.number().gt(0).max(1),
  /** Measuring ends here whatever the interval is. */
  maxDurationMs: z.number().positive().max(86_400_000),
  warmupMinMs: z.number().min(0).max(3_600_000),
  warmupMaxMs: z.number().min(0).max(3_600_000),
  /** Warm-up ends when the medians of the last three windows lie within this fraction of each other. */
  warmupTolerance: z.number().gt(0).max(1),
});
export type MeasureOptions = z.infer<typeof measureOptionsSchema>;

export const measureProfileNames = ['quick', 'standard', 'submission'] as const;
export type MeasureProfileName = (typeof measureProfileNames)[number];

/** A profile's name, or what differs from the standard one. */
export const measureChoiceSchema = z.union([z.enum(measureProfileNames), measureOptionsSchema.partial()]);
export type MeasureChoice = z.infer<typeof measureChoiceSchema>;

const profile = (
  minDurationMs: number,
  minSamples: number,
  maxDurationMs: number,
  warmupMinMs: number,
  warmupMaxMs: number,
): MeasureOptions => ({
  minDurationMs,
  minSamples,
  targetRelativeInterval: 0.01,
  maxDurationMs,
  warmupMinMs,
  warmupMaxMs,
  warmupTolerance: 0.05,
});

/** The three profiles of the protocol. `submission` can report p99 (662 samples), as MLPerf LoadGen's early stopping asks. */
export const measureProfiles: Readonly<Record<MeasureProfileName, MeasureOptions>> = {
  quick: profile(1_000, 64, 3_000, 200, 2_000),
  standard: profile(10_000, 100, 30_000, 1_000, 10_000),
  submission: profile(60_000, 662, 180_000, 3_000, 30_000),
};

/** A scenario, after MLPerf LoadGen. */
export type Scenario =
  | { readonly kind: 'single-stream' }
  /** Throughput of 1..n parallel processes, each running batches back to back. */
  | { readonly kind: 'offline'; readonly processes: number }
  /** Poisson arrivals; latency counts from arrival. */
  | { readonly kind: 'server'; readonly queriesPerSecond: number; readonly latencyBoundMs: number };

/** A scenario in a few words, as tables and filters name it (`offline, 2 processes`). */
export function scenarioLabel(scenario: Scenario): string {
  switch (scenario.kind) {
    case 'single-stream':
      return 'single-stream';
    case 'offline':
      return `offline, ${scenario.processes} ${scenario.processes === 1 ? 'process' : 'processes'}`;
    case 'server':
      return `server, ${scenario.queriesPerSecond}/s, bound ${scenario.latencyBoundMs} ms`;
  }
}

/** A figure with its 95% interval; blank (null) with the reason where the samples don't support it. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
export type MaybeEstimate = Estimate | { readonly value: null; readonly reason: string };

/** Summary of latencies (ms) of one run. */
export interface LatencyStatistics {
  readonly count: number;
  readonly mean: MaybeEstimate;
  readonly p50: MaybeEstimate;
  readonly p90: MaybeEstimate;
  readonly p95: MaybeEstimate;
  readonly p99: MaybeEstimate;
  readonly p999: MaybeEstimate;
  readonly standardDeviation: MaybeEstimate;
  /** Unscaled. */
  readonly medianAbsoluteDeviation: MaybeEstimate;
  readonly min: number;
  readonly max: number;
  /** Tukey fences of the interquartile range: beyond 1.5× mild, beyond 3× severe; counted, never dropped. */
  readonly outliers: { readonly mild: number; readonly severe: number };
  /** Lag-1 autocorrelation of the samples in order, −1..1; null below 3 samples. */
  readonly autocorrelation: number | null;
  /** Whether the samples in order belong to one distribution; null below 40 of them or where they are not all kept; absent in older runs. */
  readonly stationarity?: Stationarity | null;
}

/** KPSS test for stationarity in level on the medians of consecutive batches. */
export interface Stationarity {
  readonly statistic: number;
  /** False where the test rejects at 1%. */
  readonly stationary: boolean;
  /** Median of the last third over that of the first, less 1. */
  readonly drift: number;
}

/** Where ONNX Runtime ran the nodes, from its own profile in a separate pass. */
export interface NodePlacement {
  readonly nodesOnProvider: number;
  readonly nodeCount: number;
  /** Provider as the profile names it (`CPUExecutionProvider`) → nodes. */
  readonly byProvider: Readonly<Record<string, number>>;
  /** Time by operator type in the profiled pass, longest first: where the time went. */
  readonly operators: readonly OperatorTime[];
  /** Nodes of the profiled pass that took most, longest first; absent in runs of older versions. */
  readonly nodes?: readonly NodeTime[];
}
export interface NodeTime {
  readonly node: string;
  readonly operator: string;
  readonly provider: string;
  /** In one inference, ms (median over the profiled inferences). */
  readonly durationMs: number;
}
export interface OperatorTime {
  readonly operator: string;
  readonly provider: string;
  readonly nodes: number;
  /** Sum over one inference, ms (median over the profiled inferences). */
  readonly durationMs: number;
}

/** A process that was not measured and took processor time while a run was. */
export interface Offender {
  readonly pid: number;
  readonly name: string;
  /** Its mean use, in cores, over the time in which it used more than a twentieth of one. */
  readonly cores: number;
  readonly busyMs: number;
}

/** What a GPU did while a run was measured; null where its driver doesn't tell. */
export interface GpuInterference {
  readonly clockMinMhz: number | null;
  readonly clockMaxMhz: number | null;
  readonly powerMaxW: number | null;
  /** 0–1. */
  readonly loadMax: number | null;
  readonly temperatureMaxC: number | null;
}

/** What disturbed a run; null where the machine doesn't tell. Fields that may be absent are so in runs of older versions. */
export interface Interference {
  /** CPU time of other processes over the run's wall time, in cores. */
  readonly otherCpuCores: number | null;
  /** Those that took most of it, worst first. */
  readonly offenders?: readonly Offender[];
  /** Share of the watched intervals in which other processes used more than half a core together. */
  readonly busyShare?: number | null;
  /** Time stolen by the hypervisor over the run's wall time, in cores. */
  readonly stealCores: number | null;
  readonly involuntaryContextSwitches: number | null;
  /** Time that the cell's threads could have run and had to wait for a core, over the run's wall time. */
  readonly runQueueShare?: number | null;
  /** Share of the time in which some process of the machine waited for a processor, or for memory (pressure stall information). */
  readonly cpuPressure?: number | null;
  readonly memoryPressure?: number | null;
  readonly frequencyMinMhz: number | null;
  readonly frequencyMaxMhz: number | null;
  readonly temperatureMaxC: number | null;
  readonly throttled: boolean | null;
  readonly gpu?: GpuInterference | null;
  readonly powerSource: 'ac' | 'battery' | 'unknown';
  /** Field → why it is null. */
  readonly blanks?: Readonly<Record<string, string>>;
  readonly noisy: boolean;
  /** Why it is noisy, in words with figures; empty when it is not. */
  readonly causes: readonly string[];
}

/** One measured quality figure (accuracy, drift) of a run. */
export interface QualityMetric {
  /** `top1`, `top5`, `snr_db`, `cosine`, `max_abs_diff`, `top1_agreement`, … */
  readonly name: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** How many examples it was computed from. */
  readonly examples: number;
  /** `%`, `dB`, or empty for a plain number. */
  readonly unit: string;
  /** Which dataset, by name. */
  readonly dataset: string;
  /** Of drift, where the model has several outputs: which; of figures of one name, the worst comes first. */
  readonly output?: string;
}

/** How a run took turns. The turns of one number that runs of a block took were neighbours in time. */
export interface TurnRecord {
  /** The same for all runs that took turns with each other. */
  readonly block: string;
  /** How many other cells took turns with it. */
  readonly others: number;
  /** Timed inferences of each turn: the samples in order, cut into turns. */
  readonly counts: readonly number[];
  /** From the first turn to the last of the block, ms: longer than what was measured. */
  readonly spanMs: number;
}

/** What the cell process reports of one run. */
export interface Measurement {
  readonly sessionCreationMs: number;
  readonly coldInferenceMs: number;
  readonly warmup: { readonly durationMs: number; readonly inferences: number; readonly steady: boolean };
  readonly measuringMs: number;
  readonly statistics: LatencyStatistics;
  /** Inferences × batch per second of measuring; its interval from the same bootstrap or order statistics. */
  readonly throughputPerSecond: MaybeEstimate;
  /** Median cost of the harness itself on an identity model in the same process, ms. */
  readonly harnessOverheadMs: number;
  readonly peakRssBytes: number;
  readonly placement: NodePlacement;
  readonly interference: Interference;
  readonly quality: readonly QualityMetric[];
  /** Input name → the concrete shape that was run. */
  readonly inputShapes: Readonly<Record<string, readonly number[]>>;
  /** Where the inputs came from (`dataset digits`, `random, seed 7`). */
  readonly inputSource: string;
  /** Server scenario only. */
  readonly server?: {
    readonly offeredPerSecond: number;
    readonly withinBound: boolean;
    readonly boundMs: number;
    readonly completed: number;
  };
  /** Where it was measured by turns with other cells of its round; absent where it was measured in one piece. */
  readonly turns?: TurnRecord;
  /** Whether the stopping rule was met, or the cap ended it. */
  readonly stopped: 'converged' | 'duration cap';
  readonly warnings: readonly string[];
}
