/** From a specification to cells: what will run, what can't and why, and how long it takes. Pure. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { ProviderStatus } from '../../../shared/hardware.ts';
import type { MeasureOptions } from '../../../shared/measurement.ts';
import type { Cell, Conditions, PlannedCell, SweepPlan, SweepSpecification } from '../../../shared/sweep.ts';
import { fewestRounds } from '../measure/compare/compare-rounds.ts';
import { describeBasis, estimateCell } from './estimate.ts';
import type { CellDuration } from '../store/durations.ts';
import { expandMatrix } from './expand-matrix.ts';
import type { MatrixPoint } from './expand-matrix.ts';
import { decideShapes } from './input-shapes.ts';
import type { ShapeDecision } from './input-shapes.ts';
import { deadlineMsOf, measureOptionsOf } from './measure-options.ts';
import { collectNotes } from './plan-notes.ts';
import { resolveReferences } from './resolve-references.ts';
import type { PlannedDataset, PlannedModel, PlannedRecipe, References } from './resolve-references.ts';
import type { ParsedSpecification } from './specification.ts';

/** All that planning needs to know, gathered beforehand; references are as the specification writes them. */
export interface PlanContext {
  readonly models: ReadonlyMap<string, PlannedModel | CrivoError>;
  readonly recipes: ReadonlyMap<string, PlannedRecipe | CrivoError>;
  readonly datasets: ReadonlyMap<string, PlannedDataset>;
  readonly providers: readonly ProviderStatus[];
  readonly logicalCores: number;
  /** Drawn for a specification that states none. */
  readonly seed: number;
}

const mostCells = 100_000;
const mostRuns = 1_000_000;

/** A planned cell without its price. */
type UnpricedCell = Pick<PlannedCell, 'cell' | 'skipped'>;

/** A plan that nobody has priced yet. */
export interface SweepDraft {
  readonly specification: SweepSpecification;
  readonly references: References;
  /** Each once. */
  readonly cells: readonly UnpricedCell[];
  readonly seed: number;
  readonly logicalCores: number;
  /** Model name → input name, where a shape was chosen that nobody stated. */
  readonly chosenShapes: ReadonlyMap<string, readonly string[]>;
  /** How many cells more there would be if nothing stood twice. */
  readonly duplicates: number;
}

/** The cells of a sweep. Raises `invalid-input` with its line where a model, recipe or dataset is not known or can't go together. */
export function draftSweep(parsed: ParsedSpecification, context: PlanContext): SweepDraft {
  const { specification } = parsed;
  const references = resolveReferences(parsed, context);
  const matrix = expandMatrix(specification, references);
  refuseTooLarge(matrix.size, specification.rounds);
  const shapes = shapeDecisions(parsed, references);
  const measure = measureOptionsOf(specification.measure);
  const byTurns = specification.conditions?.turns ?? (isExperiment(specification) && matrix.size > 1);
  return {
    ...{ specification, references },
    cells: matrix.points().map((point) => toCell(point, shapes.of(point), specification, measure, byTurns)),
    seed: specification.seed ?? context.seed,
    logicalCores: context.logicalCores,
    chosenShapes: shapes.chosen,
    duplicates: matrix.repeated,
  };
}

/** The plan of a draft, given what earlier runs tell of each of its cells, in order. */
export function priceSweep(draft: SweepDraft, earlier: readonly CellDuration[]): SweepPlan {
  const { specification, seed } = draft;
  const estimates = draft.cells.map(({ cell }, index) => estimateCell(cell, earlier[index]!));
  const cells = draft.cells.map(({ cell, skipped }, index): PlannedCell => ({
    cell,
    skipped,
    estimateMs: skipped === null ? estimates[index]!.estimateMs : 0,
  }));
  const runnable = cells.filter(({ skipped }) => skipped === null);
  const control = controlOf(specification, cells);
  const perRound = control === null ? runnable : [...runnable, cells[control]!];
  return {
    name: specification.name,
    seed,
    rounds: specification.rounds,
    ...{ cells, control },
    remeasure: specification.remeasureNoisy ?? (isExperiment(specification) ? 1 : 0),
    runCount: perRound.length * specification.rounds,
    estimateMs: perRound.reduce((sum, { estimateMs }) => sum + estimateMs, 0) * specification.rounds,
    estimateBasis: describeBasis(estimates.filter((_, index) => cells[index]!.skipped === null)),
    notes: collectNotes({ ...draft, cells }),
  };
}

/** Fewer rounds can't be compared, so that neither a control nor a second try would tell anything. */
const isExperiment = ({ rounds }: SweepSpecification): boolean => rounds >= fewestRounds;

/** The first cell that can run stands for the baseline: the original of the first model, as a specification is usually written. */
function controlOf(specification: SweepSpecification, cells: readonly PlannedCell[]): number | null {
  const runnable = cells.filter(({ skipped }) => skipped === null).length;
  const wanted = specification.control ?? (isExperiment(specification) && runnable > 1);
  return wanted && runnable > 0 ? cells.findIndex(({ skipped }) => skipped === null) : null;
}

function refuseTooLarge(cells: number, rounds: number): void {
  if (cells <= mostCells && cells * rounds <= mostRuns) return;
  throw new CrivoError(
    'invalid-input',
    rounds === 1
      ? say('sweepTooLargeInOne', { cells, mostCells, mostRuns })
      : say('sweepTooLarge', { cells, rounds, mostCells, mostRuns }),
  );
}

/** Shapes depend on model, recipe and batch size only, so that each is decided once; `chosen` fills as they are. */
function shapeDecisions({ specification }: ParsedSpecification, { dataset }: References) {
  const decided = new Map<string, ShapeDecision>();
  const chosen = new Map<string, readonly string[]>();
  const of = ({ model, recipe, batchSize }: MatrixPoint): ShapeDecision => {
    const key = `${model.sha256} ${recipe?.hash ?? ''} ${batchSize}`;
    const known = decided.get(key);
    if (known !== undefined) return known;
    const decision = decideShapes({
      ...{ modelName: model.name, inputs: model.inspection.inputs, batchSize, given: specification.inputShapes },
      ...{ dataset, batchBecomesDynamic: recipe?.makesBatchDynamic ?? false },
    });
    decided.set(key, decision);
    if (decision.possible && decision.chosen.length > 0) chosen.set(model.name, decision.chosen);
    return decision;
  };
  return { of, chosen };
}

/** What is the same for all says nothing about a cell: only what differs from the usual is part of it. */
function conditionsOf({ conditions = {} }: SweepSpecification, turns: boolean): Conditions | null {
  const { turns: _, ...others } = conditions;
  const all = turns ? { ...others, turns } : others;
  return Object.keys(all).length === 0 ? null : all;
}

function toCell(
  point: MatrixPoint,
  shapes: ShapeDecision,
  specification: SweepSpecification,
  measure: MeasureOptions,
  byTurns: boolean,
): UnpricedCell {
  const { model, recipe, provider } = point;
  const conditions = conditionsOf(specification, byTurns && point.scenario.kind === 'single-stream');
  const cell: Cell = {
    modelSha256: model.sha256,
    modelName: model.name,
    variant: recipe?.name ?? 'original',
    recipeHash: recipe?.hash ?? null,
    provider: provider.name,
    batchSize: point.batchSize,
    threads: point.threads,
    graphOptimization: point.graphOptimization,
    scenario: point.scenario,
    inputShapes: shapes.possible ? shapes.shapes : {},
    sessionOptions: specification.sessionOptions ?? {},
    dataset: specification.dataset ?? null,
    measure,
    deadlineMs: deadlineMsOf(specification, measure),
    memoryLimitBytes: specification.cellMemoryMb === undefined ? null : Math.round(specification.cellMemoryMb * 1e6),
    ...(conditions === null ? {} : { conditions }),
  };
  if (provider.state === 'unusable') return { cell, skipped: { reason: provider.reason, cure: provider.cure } };
  return { cell, skipped: shapes.possible ? null : { reason: shapes.reason, cure: shapes.cure } };
}
