/** Every recipe on every real model: what it makes is sound and loads in ONNX Runtime at every level; and the same order gives the same bytes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Recipe } from '../../../shared/recipe.ts';
import { openNpy } from '../../../main/engine/accuracy/npy.ts';
import { graphOf } from '../../../main/engine/graph/graph.ts';
import type { ModelProto } from '../../../main/engine/onnx/proto.ts';
import { readModel } from '../../../main/engine/onnx/read-model.ts';
import { tensorInfoOf } from '../../../main/engine/onnx/value-info.ts';
import { encodeModel } from '../../../main/engine/onnx/write-model.ts';
import { calibrationSource } from '../../../main/engine/passes/calibration-source.ts';
import { madeUpFeeds } from '../../../main/engine/passes/made-up-feeds.ts';
import { builtInRecipes } from '../../../main/engine/passes/recipes.ts';
import { needsCalibrationData } from '../../../main/engine/passes/resolve-recipe.ts';
import { runRecipe } from '../../../main/engine/passes/run-recipe.ts';
import type { RecipeContext } from '../../../main/engine/passes/run-recipe.ts';
import { systemClock } from '../../../main/engine/ports.ts';
import type { DatasetFiles } from '../../../main/engine/ports.ts';
import { digits } from '../../fixtures/cells.ts';
import { npyBytes } from '../../fixtures/npy-bytes.ts';
import { expectSound, feedsSource, passWorld } from '../../fixtures/passes.ts';
import { realModels, sourceJobs } from '../../fixtures/real-models.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { lineFeeds, pageFeed } from '../../fixtures/text-lines/read-text-lines.ts';

const world = passWorld();
const isa = ['avx2'];
/** What a target of latency makes depends on times: its own tests look at it. */
const recipes = builtInRecipes.filter(({ name }) => name !== 'prune-to-latency');
const recipeNamed = (name: string): Recipe => recipes.find((recipe) => recipe.name === name)!;

type CalibrationFor = NonNullable<RecipeContext['calibrationFor']>;

async function run(model: ModelProto, recipe: Recipe, calibrationFor: CalibrationFor | null): Promise<ModelProto> {
  const made = await runRecipe(model, recipe, {
    ...{ openSession: world.openSession, calibrationFor, isa, folder: temporaryFolder(), timingMs: 0 },
    ...{ signal: new AbortController().signal, progress: () => {}, monotonicNs: systemClock.monotonicNs },
  });
  return made.model;
}

/** Some of the bundled calibration images: whether a model loads doesn't depend on how many. */
async function fewDigits(): Promise<DatasetFiles> {
  const [images] = digits.calibration!;
  const file = await openNpy(images!.path);
  const path = join(temporaryFolder(), 'few.npy');
  const shape = [16, ...file.shape.slice(1)];
  writeFileSync(path, npyBytes('|u1', shape, (await file.readRows(0, 16)) as Uint8Array));
  await file.close();
  return { ...digits, calibration: [{ ...images!, path, sha256: null }] };
}

async function expectSoundRecipes(
  path: string,
  calibrationFor: CalibrationFor,
  choice: { readonly recipes: readonly Recipe[]; readonly refused?: Readonly<Record<string, string>> },
): Promise<void> {
  const parent = await readModel(path);
  const known = new Set<string>();
  for (const recipe of choice.recipes) {
    const making = run(parent, recipe, needsCalibrationData(recipe) ? calibrationFor : null);
    const refusal = choice.refused?.[recipe.name];
    if (refusal !== undefined) {
      await expect(making).rejects.toThrow(refusal);
      continue;
    }
    const made = await making;
    const bytes = Buffer.from(encodeModel(made)).toString('latin1');
    // Where there was nothing to change, other recipes made the same.
    if (!known.has(bytes)) await expectSound(world, graphOf(made));
    known.add(bytes);
  }
}

/** Their batch is dynamic; `dynamic-batch` is for those that are not. */
const batched = { 'dynamic-batch': 'The batch of the model is dynamic already; use it as it is.' };

test.each(['resnet', 'mobilenet'] as const)('%s loads at every level, whatever the recipe', async (name) => {
  const data = await fewDigits();
  await expectSoundRecipes(realModels[name], (graph) => calibrationSource(data, graph), { recipes, refused: batched });
});

// One is made here, the other in a job's process, which moves values to the disk between passes.
test.each(recipes.filter(({ name }) => name !== 'dynamic-batch'))(
  'squeezenet by the recipe $name loads at every level, and the same order in another process gives the same bytes',
  async (recipe) => {
    const [modelPath, dataset, folder] = [realModels.squeezenet, await fewDigits(), temporaryFolder()];
    const [made, written] = await Promise.all([
      run(await readModel(modelPath), recipe, (graph) => calibrationSource(dataset, graph)),
      sourceJobs().run('make-variant', { modelPath, recipe, isa, dataset, folder }),
    ]);
    await expectSound(world, graphOf(made));
    expect(Buffer.compare(readFileSync(written.modelPath), encodeModel(made))).toBe(0);
  },
);

test('a starter model of a fixed batch by the recipe dynamic-batch: the same in another process', async () => {
  const { graph: fixed } = await world.apply('fix-shapes', realModels.squeezenet, { batch: 2 });
  const folder = temporaryFolder();
  const modelPath = join(folder, 'fixed.onnx');
  writeFileSync(modelPath, encodeModel(fixed.model));
  const recipe = recipeNamed('dynamic-batch');
  const made = await run(fixed.model, recipe, null);
  const written = await sourceJobs().run('make-variant', { modelPath, recipe, isa, dataset: null, folder });
  await expectSound(world, graphOf(made));
  expect(Buffer.compare(readFileSync(written.modelPath), encodeModel(made))).toBe(0);
});

/** How channels are removed from these models is looked at in `prune-channels.test.ts`, at every level too. */
const unpruned = recipes.filter(({ name }) => !/^prune-\d\d/.test(name));

test.each([
  ['detection', [pageFeed()]],
  ['recognition', lineFeeds().slice(0, 1)],
  ['direction', lineFeeds().slice(0, 1)],
] as const)('PP-OCR %s loads at every level, whatever the recipe', async (name, feeds) => {
  const calibrationFor = () => Promise.resolve(feedsSource(feeds));
  await expectSoundRecipes(realModels[name], calibrationFor, { recipes: unpruned, refused: batched });
});

test('silero, whose operators are all inside subgraphs, loads at every level, or the recipe is refused with one sentence', async () => {
  const calibrationFor: CalibrationFor = (graph) =>
    Promise.resolve(feedsSource([madeUpFeeds(graph.inputs.map(tensorInfoOf), 1)]));
  await expectSoundRecipes(realModels.silero, calibrationFor, {
    recipes,
    refused: {
      fp16: 'all its arithmetic is inside subgraphs (If, Loop or Scan), which are left as they are.',
      'dynamic-batch': "The batch can't be made dynamic: ",
    },
  });
});
