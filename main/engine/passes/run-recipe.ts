import { CrivoError } from '../../../shared/errors.ts';
import type { PassReport, Recipe, RecipeReport } from '../../../shared/recipe.ts';
import { graphOf } from '../graph/graph.ts';
import type { Graph } from '../graph/graph.ts';
import type { ModelProto } from '../onnx/proto.ts';
import { modelBytes } from './model-bytes.ts';
import type { CalibrationSource, PassContext } from './pass.ts';
import { resolveRecipe } from './resolve-recipe.ts';
import type { ResolvedStep } from './resolve-recipe.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** What a recipe needs besides the model; `calibrationFor` fits the dataset to the graph that a pass is about to take. */
export interface RecipeContext extends Omit<PassContext, 'calibration'> {
  readonly calibrationFor: ((graph: Graph) => Promise<CalibrationSource>) | null;
  /** What is done to the model between two passes: it may move values out of memory. */
  readonly betweenPasses?: (model: ModelProto) => Promise<ModelProto>;
  /** Monotonic ns. */
  readonly monotonicNs: () => bigint;
}

/**
 * Runs a recipe's passes in order; the same model, recipe, data and CPU give the same model. The reports' `recipe` carries every
 * option as it was resolved. Raises `CrivoError`: `invalid-input`, `invalid-model`, `invalid-dataset`, `cancelled`.
 */
export async function runRecipe(
  model: ModelProto,
  recipe: Recipe,
  context: RecipeContext,
): Promise<{ model: ModelProto; report: RecipeReport }> {
  const steps = resolveRecipe(recipe, context.isa);
  let graph = graphOf(model);
  if (graph.nodes.length === 0) throw new CrivoError('invalid-model', say('modelEmpty'));
  const missing = steps.find(({ pass }) => pass.needsCalibrationData);
  if (missing !== undefined && context.calibrationFor === null) {
    throw new CrivoError('invalid-dataset', say('passNeedsData', { pass: missing.pass.name, recipe: recipe.name }));
  }
  const reports: PassReport[] = [];
  for (const [index, step] of steps.entries()) {
    const done = await runStep(graph, step, index === steps.length - 1, {
      ...context,
      progress: (fraction, message) =>
        context.progress(fraction === null ? null : (index + fraction) / steps.length, message),
    });
    graph = done.graph;
    reports.push(done.report);
  }
  const report: RecipeReport = {
    recipe: { ...recipe, passes: steps.map(({ pass, options }) => ({ pass: pass.name, options: { ...options } })) },
    passes: reports,
    bytesBefore: reports[0]!.bytesBefore,
    bytesAfter: reports.at(-1)!.bytesAfter,
    durationMs: reports.reduce((total, { durationMs }) => total + durationMs, 0),
  };
  return { model: graph.model, report };
}

async function runStep(
  graph: Graph,
  { pass, options }: ResolvedStep,
  isLast: boolean,
  context: RecipeContext,
): Promise<{ graph: Graph; report: PassReport }> {
  if (context.signal.aborted) throw new CrivoError('cancelled', say('makingCancelled'));
  context.progress(0, pass.title);
  const startedNs = context.monotonicNs();
  const { calibrationFor, monotonicNs, betweenPasses, ...shared } = context;
  const calibration = calibrationFor === null ? null : await calibrationFor(graph);
  const outcome = await pass.apply(graph, options, { ...shared, calibration });
  const durationMs = Number(monotonicNs() - startedNs) / 1e6;
  const report: PassReport = {
    pass: pass.name,
    ...outcome.report,
    bytesBefore: modelBytes(graph.model),
    bytesAfter: modelBytes(outcome.graph.model),
    durationMs,
  };
  if (isLast || betweenPasses === undefined) return { graph: outcome.graph, report };
  return { graph: graphOf(await betweenPasses(outcome.graph.model)), report };
}
