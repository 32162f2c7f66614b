/** What the passes tell of real models, for a window in another language. */
import { expect, test } from 'vitest';
import { readModel } from '../../../main/engine/onnx/read-model.ts';
import { calibrationSource } from '../../../main/engine/passes/calibration-source.ts';
import { parseRecipe } from '../../../main/engine/passes/recipe-file.ts';
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

interface Told {
  readonly report: RecipeReport;
  /** What was said while it worked. */
  readonly progress: ReadonlySet<string>;
}

async function tell(path: string, name: string, hasData: boolean): Promise<Told> {
  const progress = new Set<string>();
  const model = await readModel(path);
  const recipe = builtInRecipes.find((built) => built.name === name)!;
  const calibrationFor: RecipeContext['calibrationFor'] = hasData ? (graph) => calibrationSource(digits, graph) : null;
  const { report } = await runRecipe(model, recipe, {
    ...{ openSession: world.openSession, calibrationFor, isa: ['avx2'], folder: temporaryFolder(), timingMs: 0 },
    ...{ signal: new AbortController().signal, monotonicNs: systemClock.monotonicNs },
    progress: (_, message) => progress.add(message),
  });
  return { report, progress };
}

/** Words that only an English sentence has; what stands in quotes is a name. */
const english =
  /\b(the|of|is|are|its|it|with|without|and|per|on|by|became|removed|quantized|weights|channels|nodes?)\b/i;
const withoutNames = (text: string): string => text.replaceAll(/"[^"]*"|\(keepNodes: [^)]*\)/g, '');

test('an English sentence is told from a Portuguese one', () => {
  expect(withoutNames('folded into Conv "nodes/of/it"')).not.toMatch(english);
  expect('weights per channel (axis 0)').toMatch(english);
  expect('pesos por canal (eixo 0)').not.toMatch(english);
});

const quick = ['streamlined', 'fp16', 'int8-dynamic', 'int8-weights', 'int4-weights', 'graph-basic', 'graph-all'];
test.each([
  ...[...quick, 'int8-static', 'prune-25', 'prune-2-4'].map((recipe) => ['mobilenet', recipe] as const),
  ...quick.map((recipe) => ['detection', recipe] as const),
  ...['int8-dynamic', 'prune-25'].map((recipe) => ['voice', recipe] as const),
])('of %s by %s: all is said, and every figure has a name', async (model, recipe) => {
  const path = { mobilenet: realModels.mobilenet, detection: foreignModels.detection, voice: foreignModels.silero }[
    model
  ];
  const { report, progress } = await tell(path, recipe, model === 'mobilenet');
  const told = report.passes.flatMap(({ summary, warnings, nodes }) => [
    ...[summary, ...warnings],
    ...nodes.map(({ reason }) => reason),
  ]);
  const sentences = [...new Set([...told, ...progress])];
  expect(told.length).toBeGreaterThan(0);
  expect(progress.size).toBeGreaterThan(0);
  expect(sentences.filter((sentence) => portuguese(sentence) === sentence)).toEqual([]);
  expect(sentences.map(portuguese).filter((sentence) => english.test(withoutNames(sentence)))).toEqual([]);
  const figures = report.passes.flatMap((pass) => Object.keys(pass.figures));
  expect(figures.filter((figure) => !(figure in texts.figureNames))).toEqual([]);
});

const recipe = (...passes: readonly string[]): string => `name: mine\npasses:\n${passes.join('\n')}\n`;
test.each([
  ['', 'r.yml, linha 1: A receita está vazia; escreva ao menos um nome e uma lista de passos.'],
  [recipe('  - normalise'), 'r.yml, linha 3: Não há um passo "normalise"; você quis dizer "normalize"?'],
  [
    recipe('  - pass: normalize', '    option: {}'),
    'r.yml, linha 4: passes.0 não tem a chave "option"; você quis dizer "options"?',
  ],
  [recipe('  - normalize', 'x: 1'), 'r.yml, linha 4: a receita não tem a chave "x"; há: name, description, passes.'],
  [
    recipe('  - 3'),
    'r.yml, linha 3: não se pode usar passes.0: valor inválido, era esperado um grupo de chaves, e veio um número.',
  ],
  [
    recipe('  - pass: fix-shapes', '    options: { batch: 0 }'),
    'r.yml, linha 4: A opção "batch" do passo "fix-shapes" não pode ser usada: pequeno demais: um número deve ser >=1.',
  ],
  [
    recipe('  - pass: fix-shapes', '    options: { batch: two }'),
    'r.yml, linha 4: A opção "batch" do passo "fix-shapes" não pode ser usada: era esperado um número, e veio um texto.',
  ],
  [
    recipe('  - pass: optimize-graph', '    options: { level: most }'),
    'r.yml, linha 4: A opção "level" do passo "optimize-graph" não pode ser usada: era esperado um de "basic"|"extended"|"layout"|"all".',
  ],
])('what is wrong with the recipe %j', (yaml, problem) => {
  let said = '';
  try {
    parseRecipe(yaml, 'r.yml');
  } catch (error) {
    said = (error as Error).message;
  }
  expect(portuguese(said)).toBe(problem);
});
