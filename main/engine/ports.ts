/** What the engine needs from outside, so that tests and hosts can inject it. */
import type { EngineEvent, ModelGraph } from '../../shared/contract.ts';
import type { FigureComparison } from '../../shared/accuracy.ts';
import type { ImportRequest, JudgedTask } from '../../shared/dataset.ts';
import type { Answers } from './accuracy/answers.ts';
import type { StoredDataset } from './accuracy/stored-dataset.ts';
import type { ProviderName } from '../../shared/hardware.ts';
import type { LayerDriftReport } from '../../shared/layer-drift.ts';
import type { Measurement } from '../../shared/measurement.ts';
import type { ModelInspection } from '../../shared/model.ts';
import type { PruningAnalysis } from '../../shared/pruning.ts';
import type { Recipe, RecipeReport } from '../../shared/recipe.ts';
import type { SensitiveGroup } from '../../shared/search.ts';
import type { AnalysisOptions } from './passes/pruning/analyze-pruning.ts';
import type { Cell, GraphOptimizationLevel, JobProgress } from '../../shared/sweep.ts';

/** Time, injected. */
export interface Clock {
  /** Epoch ms, follows the wall clock. */
  readonly now: () => number;
  /** Monotonic ns, never steps back. */
  readonly monotonicNs: () => bigint;
}

export const systemClock: Clock = { now: () => Date.now(), monotonicNs: () => process.hrtime.bigint() };

/** One structured log line a call. */
export interface Logger {
  readonly info: (message: string, fields?: Record<string, unknown>) => void;
  readonly warn: (message: string, fields?: Record<string, unknown>) => void;
  readonly error: (message: string, fields?: Record<string, unknown>) => void;
}
export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} };

export type Publish = (event: EngineEvent) => void;

/** A dataset as a cell or a calibration reads it: files by path, never through messages. */
export interface DatasetFiles {
  readonly name: string;
  /** SHA-256 (hex) of examples, labels and preparation: answers on equal ones can be compared example by example. */
  readonly sha256: string;
  readonly inputs: readonly DatasetInput[];
  /** The same inputs of other examples, set aside for calibration; null where there are none. */
  readonly calibration: readonly DatasetInput[] | null;
  /** Model input → the number that all its elements have (a sampling rate, a state at its beginning). */
  readonly constants: Readonly<Record<string, number>>;
  /** Null where there are no labels. */
  readonly target: DatasetTarget | null;
}

/** One tensor of each example, in a NumPy file whose first axis is the examples. */
export interface DatasetInput {
  /** Name of the model input it feeds, or null for the first that nothing else feeds. */
  readonly inputName: string | null;
  readonly path: string;
  /** SHA-256 (hex) of the file's values, or null where it is not known yet. */
  readonly sha256: string | null;
  readonly normalization: Normalization;
}

/** What a model takes is `(stored × scale − mean) / deviation`. */
export interface Normalization {
  readonly scale: number;
  /** One for all, or one for each channel. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Axis of the channels in an example's shape, where they differ; else null. */
  readonly channelAxis: number | null;
}

export interface DatasetTarget {
  readonly task: JudgedTask;
  /** NumPy file with a row for each example (classes, masks, values); JSON Lines for texts and boxes. */
  readonly path: string;
}

/** All that the cell process needs to know. */
export interface CellRequest {
  readonly cell: Cell;
  readonly modelPath: string;
  readonly dataset: DatasetFiles | null;
  /** For drift: the parent's model file, or null. */
  readonly parentPath: string | null;
  /** Whether the parent answers all labelled examples, too, for its accuracy beside the variant's. */
  readonly judgesParent?: boolean;
  readonly seed: number;
}

/** What the cell process gives back: the measurement, and every sample in ms in order. */
export interface CellOutcome {
  readonly measurement: Measurement;
  readonly samplesMs: Float64Array;
  /** What it answered on each labelled example; null or absent where there were none. */
  readonly answers?: Answers | null;
  /** Where it took turns with others: the time that it took itself, ms. */
  readonly ownMs?: number;
}

/** One of several cells that are measured by turns. */
export interface TurnPlace {
  /** Does work while none of the others' does, neither opens its session nor takes a turn. */
  readonly alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** As the runner's; takes its turns once all others have come, or left. */
  readonly measure: InferenceRunner['measure'];
  /** It won't come; does nothing where it has come. */
  readonly leave: () => void;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Omit<JobProgress, 'jobId'>) => void;
  /** Lines that the process or ONNX Runtime wrote. */
  readonly onLog?: (line: string) => void;
}

/** The result of running a tiny model on a provider in a process of its own. */
export type ProviderProof =
  | {
      readonly works: true;
      readonly nodesOnProvider: number;
      readonly nodeCount: number;
      readonly device: string | null;
      readonly durationMs: number;
    }
  | { readonly works: false; readonly reason: string };

/** Runs inference, always in another process; a crash there is a rejected promise here. */
export interface InferenceRunner {
  /** Rejects with a `CrivoError`: `job-failed` (crash, deadline, memory), `invalid-model`, `unavailable`, `cancelled`. */
  readonly measure: (request: CellRequest, options?: RunOptions) => Promise<CellOutcome>;
  /** Places of cells that take turns of some 20 ms, each in a process of its own. */
  readonly takeTurns: (cells: number) => readonly TurnPlace[];
  readonly prove: (provider: ProviderName, deadlineMs: number) => Promise<ProviderProof>;
  /** What this build of ONNX Runtime lists, and its version. */
  readonly backends: () => Promise<{
    readonly version: string;
    readonly providers: readonly { readonly name: string; readonly bundled: boolean }[];
  }>;
}

export type TensorValues =
  | Float32Array
  | Float64Array
  | Float16Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A tensor outside ONNX: `elementType` as in `TensorInfo`; float16 values are `Float16Array`, bool is `Uint8Array`. */
export interface TensorValue {
  readonly elementType: string;
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

export interface SessionOptions {
  readonly provider?: ProviderName;
  readonly graphOptimization?: GraphOptimizationLevel;
  readonly threads?: number;
  /** Session configuration entries (`session.x64quantprecision` → `1`). */
  readonly entries?: Readonly<Record<string, string>>;
  /** Where ONNX Runtime writes the graph it optimized. */
  readonly optimizedModelPath?: string;
}

/** An open ONNX Runtime session, for passes (calibration, verification, shapes), in a job process only. */
export interface Session {
  readonly inputs: readonly {
    readonly name: string;
    readonly elementType: string;
    readonly shape: readonly (number | string | null)[];
  }[];
  readonly outputs: readonly {
    readonly name: string;
    readonly elementType: string;
    readonly shape: readonly (number | string | null)[];
  }[];
  readonly run: (
    feeds: Readonly<Record<string, TensorValue>>,
    fetch?: readonly string[],
  ) => Promise<Readonly<Record<string, TensorValue>>>;
  readonly release: () => Promise<void>;
}

/** Opens a session on a file or on bytes. Rejects with `CrivoError` `invalid-model`. */
export type OpenSession = (model: string | Uint8Array, options?: SessionOptions) => Promise<Session>;

/** What a job process (`main/jobs`) does, by kind; each job runs in a process of its own. */
export interface Jobs {
  readonly 'inspect-model': {
    /** `withoutRuns`: never run the model, not even for sizes that depend on data. */
    readonly input: { readonly path: string; readonly withoutRuns?: boolean };
    readonly output: ModelInspection;
  };
  readonly 'draw-model': { readonly input: { readonly path: string }; readonly output: ModelGraph };
  readonly 'make-variant': {
    readonly input: {
      readonly modelPath: string;
      readonly recipe: Recipe;
      readonly dataset: DatasetFiles | null;
      /** ISA extensions of this CPU, which decide the defaults of quantization. */
      readonly isa: readonly string[];
      /** An empty folder that the job may fill; the variant is written there. */
      readonly folder: string;
    };
    readonly output: { readonly report: RecipeReport; readonly modelPath: string };
  };
  /** Reads examples into `folder`/dataset; with a limit only the first, to look at. */
  readonly 'import-dataset': {
    readonly input: {
      readonly request: ImportRequest;
      readonly folder: string;
      /** For a sentence about its disk. */
      readonly dataFolder: string;
      readonly limit: number | null;
    };
    readonly output: { readonly stored: StoredDataset; readonly found: number };
  };
  readonly 'compare-answers': {
    readonly input: { readonly first: Answers; readonly second: Answers };
    readonly output: readonly FigureComparison[];
  };
  readonly 'measure-sensitivity': {
    readonly input: {
      readonly modelPath: string;
      /** What is done to the model before it is quantized. */
      readonly before: Recipe;
      readonly dataset: DatasetFiles;
      readonly isa: readonly string[];
      readonly folder: string;
    };
    readonly output: readonly SensitiveGroup[];
  };
  /** How far the tensors inside a variant are from its parent's, and where drift starts. */
  readonly 'measure-layer-drift': {
    readonly input: {
      readonly parentPath: string;
      readonly variantPath: string;
      readonly dataset: DatasetFiles;
      readonly examples: number;
    };
    readonly output: Omit<LayerDriftReport, 'parentSha256' | 'variantSha256' | 'dataset'>;
  };
  /** Groups of channels, and where there is data how sensitive each is. */
  readonly 'analyze-pruning': {
    readonly input: {
      readonly modelPath: string;
      readonly dataset: DatasetFiles | null;
      readonly options: AnalysisOptions;
    };
    readonly output: PruningAnalysis;
  };
}
export type JobKind = keyof Jobs;

export interface JobOptions {
  readonly signal?: AbortSignal;
  /** Fraction 0–1 (null = can't be told) and what is being done. */
  readonly onProgress?: (fraction: number | null, message: string) => void;
}

/** Runs jobs, each in a process of its own; a crash there is a rejected promise here (`CrivoError`). */
export interface JobRunner {
  readonly run: <Kind extends JobKind>(
    kind: Kind,
    input: Jobs[Kind]['input'],
    options?: JobOptions,
  ) => Promise<Jobs[Kind]['output']>;
}
