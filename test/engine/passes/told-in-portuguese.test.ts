/** What the passes tell of real models, for a window in another language. */
import { expect, test } from 'vitest';
import { readModel } from '../../../main/engine/onnx/read-model.ts';
import { calibrationSource } from '../../../main/engine/passes/calibration-source.ts';
import { builtInRecipes } from '../../../main/engine/passes/recipes.ts';
import { runRecipe } from '../../../main/engine/passes/run-recipe.ts';
import type { RecipeContext } from '../../../main/engine/passes/run-recipe.ts';
import { systemClock } from '../../../main/engine/ports.ts';
import { report as texts } from '../../../renderer/text/pt-br/report.ts';
import { engine as portuguese } from '../../../renderer/text/pt-br/engine.ts';
import type { RecipeReport } from '../../../shared/recipe.ts';
import { digits } from '../../fixtures/cells.ts';
import { foreignModels, passWorld } from '../../fixtures/passes.ts';
import { realModels } from '../../fixtures/real-models.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

const world = passWorld();

async function reportOf(path: string, name: string, hasData: boolean): Promise<RecipeReport> {
  const model = await readModel(path);
  const recipe = builtInRecipes.find((built) => built.name === name)!;
  const calibrationFor: RecipeContext['calibrationFor'] = hasData ? (graph) => calibrationSource(digits, graph) : null;
  const { report } = await runRecipe(model, recipe, {
    ...{ openSession: world.openSession, calibrationFor, isa: ['avx2'], folder: temporaryFolder(), timingMs: 0 },
    ...{ signal: new AbortController().signal, progress: () => {}, monotonicNs: systemClock.monotonicNs },
  });
  return report;
}

const quick = ['streamlined', 'fp16', 'int8-dynamic', 'int8-weights', 'int4-weights', 'graph-basic', 'graph-all'];
test.each([
  ...[...quick, 'int8-static', 'prune-25', 'prune-2-4'].map((recipe) => ['mobilenet', recipe] as const),
  ...quick.map((recipe) => ['detection', recipe] as const),
  ...['int8-dynamic', 'prune-25'].map((recipe) => ['voice', recipe] as const),
])('of %s by %s: all is said, and every figure has a name', async (model, recipe) => {
  const path = { mobilenet: realModels.mobilenet, detection: foreignModels.detection, voice: foreignModels.silero }[
    model
  ];
  const report = await reportOf(path, recipe, model === 'mobilenet');
  const told = report.passes.flatMap(({ summary, warnings, nodes }) => [
    ...[summary, ...warnings],
    ...nodes.map(({ reason }) => reason),
  ]);
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((sentence) => portuguese(sentence) === sentence)).toEqual([]);
  const figures = report.passes.flatMap((pass) => Object.keys(pass.figures));
  expect(figures.filter((figure) => !(figure in texts.figureNames))).toEqual([]);
});
