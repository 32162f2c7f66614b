/** What the recipes' way of pruning costs the digit models on the 1,000 test images, repaired on the 200 calibration images, and without repair. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largestIndex } from '../../../../main/engine/accuracy/metrics.ts';
import { openNpy } from '../../../../main/engine/accuracy/npy.ts';
import { builtInRecipes } from '../../../../main/engine/passes/recipes.ts';
import type { PassReport } from '../../../../shared/recipe.ts';
import { digits } from '../../../fixtures/cells.ts';
import { realModels, sourceJobs } from '../../../fixtures/real-models.ts';
import { startSessionProcess } from '../../../fixtures/session-process.ts';
import type { SessionProcess } from '../../../fixtures/session-process.ts';
import { temporaryFolder } from '../../../fixtures/temporary-store.ts';

/** Two variants a case, each with a repair: more than Vitest's limit on a busy machine. */
const patienceMs = 240_000;

let sessions: SessionProcess | undefined;
let pixels: Float32Array;
let labels: readonly number[];

beforeAll(async () => {
  sessions = startSessionProcess();
  const images = await openNpy(digits.inputs[0]!.path);
  pixels = Float32Array.from((await images.readRows(0, images.rowCount)) as Uint8Array, (byte) => byte / 255);
  await images.close();
  const truth = await openNpy(digits.target!.path);
  labels = Array.from((await truth.readRows(0, truth.rowCount)) as BigInt64Array, Number);
  await truth.close();
});
afterAll(() => sessions?.stop());

/** Test images whose class a model tells, of 1,000: a tenth of a point each. */
async function countRight(path: string): Promise<number> {
  const session = await sessions!.openSession(path, { threads: 0 });
  const image = { elementType: 'float32', shape: [labels.length, 1, 28, 28], values: pixels };
  const { values, shape } = Object.values(await session.run({ image }))[0]!;
  await session.release();
  const classes = shape[1]!;
  return labels.filter((label, row) => largestIndex(values, row * classes, classes) === label).length;
}

async function pruned(modelPath: string, ratio: number, repair: 'least-squares' | 'none') {
  const recipe = {
    name: 'pruned',
    passes: [{ pass: 'normalize' }, { pass: 'prune-channels', options: { ratio, repair, global: true, roundTo: 8 } }],
  };
  const input = { modelPath, recipe, dataset: digits, isa: [], folder: temporaryFolder() };
  const { report, modelPath: path } = await sourceJobs().run('make-variant', input);
  const { macs_before, macs_after } = report.passes[1]!.figures;
  return { right: await countRight(path), gone: 1 - Number(macs_after) / Number(macs_before) };
}

test.each([
  { name: 'resnet', ratio: 0.3, mostLostPoints: 1 },
  { name: 'resnet', ratio: 0.5, mostLostPoints: 4 },
  { name: 'mobilenet', ratio: 0.3, mostLostPoints: 1 },
  { name: 'mobilenet', ratio: 0.5, mostLostPoints: 4 },
  { name: 'squeezenet', ratio: 0.3, mostLostPoints: 1 },
  { name: 'squeezenet', ratio: 0.5, mostLostPoints: 4 },
] as const)(
  'digits-$name loses at most $mostLostPoints points without $ratio of its arithmetic',
  async ({ name, ratio, mostLostPoints }) => {
    const original = await countRight(realModels[name]);
    const bare = await pruned(realModels[name], ratio, 'none');
    const repaired = await pruned(realModels[name], ratio, 'least-squares');
    console.info(
      `digits-${name} −${(100 * repaired.gone).toFixed(1)}%: ${original / 10} → ${repaired.right / 10} (no repair ${bare.right / 10})`,
    );
    expect(repaired.gone).toBeGreaterThanOrEqual(ratio - 1e-9);
    expect((original - repaired.right) / 10).toBeLessThanOrEqual(mostLostPoints);
    expect(repaired.right).toBeGreaterThan(bare.right);
  },
  patienceMs,
);

test(
  'half of the arithmetic pruned and the rest in 8 bits: both passes tell, and the loss stays that of pruning',
  async () => {
    const recipe = builtInRecipes.find(({ name }) => name === 'prune-50-int8-static')!;
    const input = {
      modelPath: realModels.squeezenet,
      recipe,
      dataset: digits,
      isa: ['avx2'],
      folder: temporaryFolder(),
    };
    const { report, modelPath } = await sourceJobs().run('make-variant', input);
    expect(report.passes.map(({ pass }) => pass)).toEqual(['normalize', 'prune-channels', 'quantize-static']);
    const [, { figures: pruning }, { figures: quantizing }] = report.passes as [PassReport, PassReport, PassReport];
    expect(Number(pruning['macs_after']) / Number(pruning['macs_before'])).toBeLessThanOrEqual(0.5);
    expect(Number(quantizing['nodes_quantized'])).toBeGreaterThan(0);
    expect(report.bytesAfter / report.bytesBefore).toBeLessThan(0.25);
    const [original, both] = [await countRight(realModels.squeezenet), await countRight(modelPath)];
    console.info(`digits-squeezenet prune-50-int8-static: ${original / 10} → ${both / 10}`);
    expect((original - both) / 10).toBeLessThanOrEqual(4.3);
  },
  patienceMs,
);
