import { z } from 'zod';
import type { AccuracyComparison, AccuracyReport } from './accuracy.ts';
import { importRequestSchema } from './dataset.ts';
import type { DatasetDetail, DatasetFit, DatasetPreview, DatasetSummary, ExampleView } from './dataset.ts';
import { statisticOf } from './comparison.ts';
import type { ComparedStatistic, ComparisonTable } from './comparison.ts';
import type { Diagnostics, LogLine } from './diagnostics.ts';
import type { Failure } from './errors.ts';
import type { GpuRuntimeOffer, HardwareReport, TelemetryReading, Environment } from './hardware.ts';
import type { HistorySeries } from './history.ts';
import type { LayerDriftReport } from './layer-drift.ts';
import type { ModelDetail, ModelSummary } from './model.ts';
import { searchBoundsSchema } from './search.ts';
import type { SearchResult } from './search.ts';
import type { NightReport } from './night.ts';
import type { PruningAnalysis } from './pruning.ts';
import { measureChoiceSchema } from './measurement.ts';
import { recipeSchema } from './recipe.ts';
import type { PassDescription, RecipeDescription, RecipeReport } from './recipe.ts';
import { startConditionsSchema } from './sweep.ts';
import type { JobProgress, JobRow, QueueState, Run, RunRow, SweepPlan, SweepSummary } from './sweep.ts';

/**
 * Every call and event of the workbench. Handlers and clients derive from this file; what a renderer or a
 * command sends is checked against `input` before anything else sees it.
 */
interface Method<Input extends z.ZodType, Output> {
  readonly input: Input;
  /** Carries the type of the result; never present at run time. */
  readonly output?: Output;
}

const method = <Input extends z.ZodType>(input: Input) => ({
  returns: <Output>(): Method<Input, Output> => ({ input }),
});

const nothing = z.strictObject({});
const id = z.int().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');
/** A SHA-256, an unambiguous prefix of at least 6 digits, or a name in the library. */
const modelReference = z.string().min(1).max(4_096);
const path = z.string().min(1).max(32_768);
const datasetName = z.string().min(1).max(200);
const text = (most: number) => z.string().max(most);
const tags = z.array(z.string().min(1).max(50)).max(50);
/** Chosen by the caller; long calls publish `task` events under it and can be ended with `tasks.cancel`. */
const taskId = z.string().min(1).max(100).optional();

/** The query language of `--where` and of the Results page is one string; see `main/engine/store/run-filter.ts`. */
const runQuery = z.strictObject({
  where: text(10_000).optional(),
  sweepId: id.optional(),
  sort: z
    .array(z.strictObject({ column: z.string().max(64), descending: z.boolean().optional() }))
    .max(5)
    .optional(),
  offset: z.int().min(0).optional(),
  limit: z.int().min(1).max(10_000).optional(),
  baselineRunId: id.optional(),
});
export type RunQuery = z.infer<typeof runQuery>;

export const contract = {
  'models.add': method(z.strictObject({ paths: z.array(path).min(1).max(1_000), taskId })).returns<AddedModels>(),
  'models.list': method(nothing).returns<readonly ModelSummary[]>(),
  'models.get': method(z.strictObject({ model: modelReference })).returns<ModelDetail>(),
  'models.update': method(
    z.strictObject({
      model: modelReference,
      name: text(200).min(1).optional(),
      tags: tags.optional(),
      note: text(10_000).optional(),
    }),
  ).returns<ModelSummary>(),
  'models.remove': method(z.strictObject({ model: modelReference })).returns<ModelSummary>(),
  'models.restore': method(z.strictObject({ sha256 })).returns<ModelSummary>(),
  /** Copies the model, with its data files beside it, to a file of this machine; a browser downloads it. */
  'models.export': method(z.strictObject({ model: modelReference, file: path })).returns<{ sizeBytes: number }>(),
  'models.graph': method(z.strictObject({ model: modelReference })).returns<ModelGraph>(),

  'hardware.report': method(z.strictObject({ refresh: z.boolean().optional() })).returns<HardwareReport>(),
  /** ONNX Runtime's CUDA and TensorRT libraries: what they are, and fetching them. */
  'hardware.cudaOffer': method(nothing).returns<GpuRuntimeOffer>(),
  'hardware.installCuda': method(z.strictObject({ taskId })).returns<GpuRuntimeOffer>(),
  'hardware.telemetry': method(nothing).returns<TelemetryReading>(),

  'recipes.list': method(nothing).returns<{
    recipes: readonly RecipeDescription[];
    passes: readonly PassDescription[];
  }>(),
  'recipes.save': method(z.strictObject({ recipe: recipeSchema })).returns<RecipeDescription>(),
  'recipes.remove': method(z.strictObject({ name: text(100) })).returns<null>(),
  'variants.make': method(
    z.strictObject({
      model: modelReference,
      /** A recipe's name, the path of its YAML file, or the recipe itself. */
      recipe: z.union([path, recipeSchema]),
      dataset: text(200).optional(),
      taskId,
    }),
  ).returns<MadeVariant>(),
  /** Tries variants until the best within the bounds is found; goes on where an interrupted search of the same was. */
  'variants.search': method(
    z.strictObject({
      model: modelReference,
      dataset: text(200),
      bounds: searchBoundsSchema,
      threads: z.int().min(1).max(1_024).optional(),
      batchSize: z.int().min(1).max(65_536).optional(),
      /** Rounds in which a variant and the original are measured by turns. */
      rounds: z.int().min(3).max(100).optional(),
      /** How each run is measured; left out, in short rounds, which tell variants apart soonest. */
      measure: measureChoiceSchema.optional(),
      /** Variants tried at most. */
      trials: z.int().min(2).max(100).optional(),
      /** Forgets what an earlier search of the same found. */
      again: z.boolean().optional(),
      taskId,
    }),
  ).returns<SearchResult>(),

  /** Groups of channels that can go, and with a dataset how sensitive each is; kept for the same model, data and importance. */
  'pruning.analyze': method(
    z.strictObject({
      model: modelReference,
      dataset: text(200).optional(),
      importance: z.enum(['auto', 'l1', 'l2', 'batch-norm', 'activation']).optional(),
      taskId,
    }),
  ).returns<PruningAnalysis>(),

  'sweeps.plan': method(z.strictObject({ yaml: text(1_000_000), folder: path.optional() })).returns<SweepPlan>(),
  'sweeps.queue': method(
    z.strictObject({
      yaml: text(1_000_000),
      folder: path.optional(),
      /** UTC, ISO 8601. */
      startAt: z.iso.datetime().optional(),
      untilAt: z.iso.datetime().optional(),
      conditions: startConditionsSchema.optional(),
      /** What may be spent, ms: the cells worth most come first, and none is started after it. */
      budgetMs: z.number().positive().optional(),
    }),
  ).returns<SweepSummary>(),
  'sweeps.list': method(nothing).returns<readonly SweepSummary[]>(),
  'sweeps.get': method(z.strictObject({ id })).returns<{ summary: SweepSummary; yaml: string }>(),
  'sweeps.jobs': method(
    z.strictObject({ id, offset: z.int().min(0).optional(), limit: z.int().min(1).max(10_000).optional() }),
  ).returns<readonly JobRow[]>(),
  /** What is to be told of a sweep when it has ended, or so far. */
  'sweeps.report': method(z.strictObject({ id })).returns<NightReport>(),
  'sweeps.examples': method(nothing).returns<readonly { name: string; yaml: string }[]>(),
  'sweeps.remove': method(z.strictObject({ id })).returns<null>(),

  'queue.state': method(nothing).returns<QueueState>(),
  /** Starts working through the queue, in the background of this process. */
  'queue.start': method(nothing).returns<null>(),
  /** Finishes the running cell, then stops. */
  'queue.pause': method(nothing).returns<null>(),
  'queue.cancel': method(z.strictObject({ sweepId: id })).returns<SweepSummary>(),
  'queue.retry': method(z.strictObject({ sweepId: id })).returns<SweepSummary>(),
  'queue.move': method(z.strictObject({ sweepId: id, position: z.int().min(0) })).returns<null>(),
  'queue.log': method(z.strictObject({ jobId: id })).returns<{ text: string }>(),

  'results.query': method(runQuery).returns<{ rows: readonly RunRow[]; total: number }>(),
  'results.facets': method(z.strictObject({ where: text(10_000).optional() })).returns<
    readonly { column: string; values: readonly { value: string; count: number }[] }[]
  >(),
  'results.run': method(z.strictObject({ id })).returns<{ run: Run; environment: Environment }>(),
  /** Latencies in ms in order; thinned to at most `limit` for charts, evenly over the order statistics when `sorted`. */
  'results.samples': method(
    z.strictObject({ id, limit: z.int().min(2).max(1_000_000).optional(), sorted: z.boolean().optional() }),
  ).returns<{ samplesMs: Float64Array; count: number }>(),
  /** Exactly the rows of the query with their samples and environments, as a bundle for `results.import` of another machine. */
  'results.bundle': method(z.strictObject({ query: runQuery, file: path })).returns<{
    runs: number;
    sizeBytes: number;
  }>(),
  'results.import': method(z.strictObject({ file: path })).returns<{
    runs: number;
    known: number;
    machines: readonly string[];
  }>(),
  /** The same cells over time, with where their latency changed; those that changed last come first. */
  'results.history': method(z.strictObject({ where: text(10_000).optional() })).returns<readonly HistorySeries[]>(),
  /** What a person says of the change that begins with a run; a field that is left out stays. */
  'results.markChange': method(
    z.strictObject({ runId: id, acknowledged: z.boolean().optional(), note: text(10_000).optional() }),
  ).returns<null>(),
  /** The run that its cell's history on its machine is held against from now on, or no more. */
  'results.pinBaseline': method(z.strictObject({ runId: id, pinned: z.boolean() })).returns<null>(),
  /** Whether cells differ, each by one of its runs: all rounds of the cell in that run's sweep are compared. */
  'results.compare': method(
    z.strictObject({
      pairs: z
        .array(z.strictObject({ candidate: id, baseline: id }))
        .min(1)
        .max(2_000),
      statistic: z
        .custom<ComparedStatistic>((name) => typeof name === 'string' && statisticOf(name) !== null, {
          error: 'must be throughput or a percentile such as p99.9',
        })
        .optional(),
    }),
  ).returns<ComparisonTable>(),
  'results.annotate': method(
    z.strictObject({ ids: z.array(id).min(1).max(10_000), tags: tags.optional(), note: text(10_000).optional() }),
  ).returns<null>(),
  /** Exactly the rows of the query, as a file's content; desktop and web hosts stream it to a file or download. */
  'results.export': method(
    z.strictObject({
      query: runQuery,
      /** A report (`html`, `md`) has tables, verdicts, methods and environment; `html` also charts and every sample. */
      format: z.enum(['csv', 'json', 'html', 'md']),
      file: path,
      columns: z.array(z.string().max(64)).optional(),
    }),
  ).returns<{ rows: number; sizeBytes: number }>(),

  'datasets.list': method(nothing).returns<readonly DatasetSummary[]>(),
  'datasets.get': method(z.strictObject({ dataset: datasetName })).returns<DatasetDetail>(),
  'datasets.add': method(importRequestSchema.extend({ taskId })).returns<AddedDataset>(),
  /** The first examples of an import as the network would see them; nothing is imported. */
  'datasets.preview': method(importRequestSchema.extend({ taskId })).returns<DatasetPreview>(),
  'datasets.examples': method(
    z.strictObject({
      dataset: datasetName,
      offset: z.int().min(0).optional(),
      limit: z.int().min(1).max(200).optional(),
    }),
  ).returns<readonly ExampleView[]>(),
  'datasets.check': method(z.strictObject({ dataset: datasetName, model: modelReference })).returns<DatasetFit>(),
  'datasets.remove': method(z.strictObject({ dataset: datasetName })).returns<DatasetSummary>(),
  'datasets.restore': method(z.strictObject({ sha256 })).returns<DatasetSummary>(),

  /** What a run answered on its labelled dataset. */
  'accuracy.run': method(z.strictObject({ id })).returns<AccuracyReport>(),
  /** Two runs' answers on the same examples, with paired tests and the examples whose answer changed. */
  'accuracy.compare': method(
    z.strictObject({
      first: id,
      second: id,
      offset: z.int().min(0).optional(),
      limit: z.int().min(1).max(200).optional(),
    }),
  ).returns<AccuracyComparison>(),

  /** How far the tensors inside a variant are from those of its parent (or of another model of the same tensors), and where drift starts. */
  'accuracy.layers': method(
    z.strictObject({
      variant: modelReference,
      parent: modelReference.optional(),
      dataset: datasetName,
      examples: z.int().min(1).max(1_000).optional(),
      taskId,
    }),
  ).returns<LayerDriftReport>(),

  'settings.get': method(nothing).returns<Settings>(),
  'settings.update': method(z.strictObject({ changes: z.record(z.string().max(64), z.unknown()) })).returns<Settings>(),

  'tasks.cancel': method(z.strictObject({ taskId: z.string().min(1).max(100) })).returns<null>(),
  'app.info': method(nothing).returns<AppInfo>(),
  /** The newest lines, oldest first. */
  'app.log': method(z.strictObject({ limit: z.int().min(1).max(10_000).optional() })).returns<readonly LogLine[]>(),
  /** For a report of a fault: nothing in it names the person. */
  'app.diagnostics': method(nothing).returns<Diagnostics>(),
} as const;

export type Contract = typeof contract;
export type MethodName = keyof Contract;
export type InputOf<Name extends MethodName> = z.input<Contract[Name]['input']>;
export type CheckedInputOf<Name extends MethodName> = z.output<Contract[Name]['input']>;
export type OutputOf<Name extends MethodName> =
  NonNullable<Contract[Name]['output']> | Extract<Contract[Name]['output'], null>;

/** How a renderer or a command calls the engine; rejects with a `CrivoError`. */
export type Call = <Name extends MethodName>(name: Name, input: InputOf<Name>) => Promise<OutputOf<Name>>;
/** What `main/rpc/handlers` provides, input already checked. */
export type Handlers = {
  readonly [Name in MethodName]: (input: CheckedInputOf<Name>) => OutputOf<Name> | Promise<OutputOf<Name>>;
};

/** What the engine tells without being asked. `queue`, `task` and `telemetry` carry whole states, so that the last one is enough. */
export type EngineEvent =
  | { readonly type: 'queue'; readonly state: QueueState }
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'run-stored'; readonly row: RunRow }
  | { readonly type: 'models-changed' }
  | { readonly type: 'datasets-changed' }
  | { readonly type: 'settings-changed'; readonly settings: Settings }
  | { readonly type: 'task'; readonly task: TaskState }
  | { readonly type: 'telemetry'; readonly reading: TelemetryReading };

/** An event with its place in the engine's order; ids rise by one, so that a gap is seen. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: EngineEvent;
}

export interface TaskState {
  readonly taskId: string;
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** 0–1, or null where it can't be told. */
  readonly fraction: number | null;
  readonly message: string;
}

export interface AddedModels {
  readonly added: readonly ModelSummary[];
  /** Already in the library, by content. */
  readonly known: readonly ModelSummary[];
  readonly failed: readonly { readonly path: string; readonly failure: Failure }[];
}
export interface AddedDataset {
  readonly dataset: DatasetDetail;
  /** It was there already, by content. */
  readonly known: boolean;
}
export interface MadeVariant {
  readonly variant: ModelSummary;
  readonly report: RecipeReport;
  /** It had been made before; nothing was computed. */
  readonly known: boolean;
}
/** The graph as a viewer draws it: nodes of the main graph, edges by tensor. */
export interface ModelGraph {
  readonly nodes: readonly {
    readonly id: number;
    readonly name: string;
    readonly operator: string;
    readonly detail: string;
  }[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly tensor: string;
    readonly shape: string;
  }[];
}
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly language: 'en' | 'pt-BR';
  readonly defaultProfile: 'quick' | 'standard' | 'submission';
  /** Days that raw samples are kept; null for ever. Summaries are never removed. */
  readonly keepSamplesDays: number | null;
  /** What the data folder may take, bytes; a sweep that would take more is warned of. Null for no limit. */
  readonly diskBudgetBytes: number | null;
  /** Whether the desktop app looks for new versions; off until the person agrees. */
  readonly updates: boolean;
  /** What pages remember (columns, saved views, window bounds), by page. */
  readonly pages: Readonly<Record<string, unknown>>;
}
export interface AppInfo {
  readonly version: string;
  readonly dataFolder: string;
  readonly host: 'desktop' | 'web' | 'command line';
  readonly runtimes: Readonly<Record<string, string>>;
}
