/** From a specification to cells: what will run, what can't and why, and how long it takes. Pure. */
import { CrivoError } from '../../../shared/errors.ts';
import type { ProviderStatus } from '../../../shared/hardware.ts';
import type { MeasureOptions } from '../../../shared/measurement.ts';
import type { Cell, PlannedCell, SweepPlan, SweepSpecification } from '../../../shared/sweep.ts';
import { cellKey } from '../store/canonical-json.ts';
import { describeBasis, estimateCell } from './estimate.ts';
import type { EarlierRuns } from './estimate.ts';
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
  /** For each cell, in order, what earlier runs tell. */
  readonly durations: (cells: readonly Cell[]) => readonly EarlierRuns[];
  readonly logicalCores: number;
  /** Drawn for a specification that states none. */
  readonly seed: number;
}

const mostCells = 100_000;
const mostRuns = 1_000_000;

/** Plans a sweep. Raises `invalid-input` with its line where a model, recipe or dataset is not known or can't go together. */
export function planSweep(parsed: ParsedSpecification, context: PlanContext): SweepPlan {
  const { specification } = parsed;
  const references = resolveReferences(parsed, context);
  const matrix = expandMatrix(specification, references);
  refuseTooLarge(matrix.size, specification.rounds);
  const shapes = shapeDecisions(parsed, references);
  const measure = measureOptionsOf(specification.measure);
  const unpriced = distinctCells(
    matrix.points().map((point) => toCell(point, shapes.of(point), specification, measure)),
  );
  const estimates = context
    .durations(unpriced.map(({ cell }) => cell))
    .map((earlier, index) => estimateCell(unpriced[index]!.cell, earlier));
  const cells = unpriced.map(({ cell, skipped }, index): PlannedCell => ({
    cell,
    skipped,
    estimateMs: skipped === null ? estimates[index]!.estimateMs : 0,
  }));
  const runnable = cells.filter(({ skipped }) => skipped === null);
  return {
    name: specification.name,
    seed: specification.seed ?? context.seed,
    rounds: specification.rounds,
    cells,
    runCount: runnable.length * specification.rounds,
    estimateMs: runnable.reduce((sum, { estimateMs }) => sum + estimateMs, 0) * specification.rounds,
    estimateBasis: describeBasis(estimates.filter((_, index) => unpriced[index]!.skipped === null)),
    notes: collectNotes({
      ...{ specification, references, cells, logicalCores: context.logicalCores, chosenShapes: shapes.chosen },
      duplicates: matrix.repeated + matrix.size - cells.length,
    }),
  };
}

type UnpricedCell = Pick<PlannedCell, 'cell' | 'skipped'>;

/** Lists without repetitions can still meet in one cell: two recipes may say the same in other words. */
function distinctCells(cells: readonly UnpricedCell[]): readonly UnpricedCell[] {
  const byKey = new Map<string, UnpricedCell>();
  for (const unpriced of cells) {
    const key = cellKey(unpriced.cell);
    if (!byKey.has(key)) byKey.set(key, unpriced);
  }
  return [...byKey.values()];
}

function refuseTooLarge(cells: number, rounds: number): void {
  if (cells <= mostCells && cells * rounds <= mostRuns) return;
  throw new CrivoError(
    'invalid-input',
    `The sweep has ${cells} cells in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, and a sweep may hold ${mostCells} cells and ${mostRuns} runs; split it into several.`,
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

function toCell(
  point: MatrixPoint,
  shapes: ShapeDecision,
  specification: SweepSpecification,
  measure: MeasureOptions,
): UnpricedCell {
  const { model, recipe, provider } = point;
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
  };
  if (provider.state === 'unusable') return { cell, skipped: { reason: provider.reason, cure: provider.cure } };
  return { cell, skipped: shapes.possible ? null : { reason: shapes.reason, cure: shapes.cure } };
}
