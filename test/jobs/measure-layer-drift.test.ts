/** Layers of real models beside those of their variants, in a job process as users run them. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../../main/engine/accuracy/dataset.ts';
import { graphOf, withChanges } from '../../main/engine/graph/graph.ts';
import { readModel } from '../../main/engine/onnx/read-model.ts';
import { makeTensor, tensorShape, tensorValues } from '../../main/engine/onnx/tensor.ts';
import { writeModel } from '../../main/engine/onnx/write-model.ts';
import type { Feeds } from '../../main/engine/passes/pass.ts';
import type { Jobs } from '../../main/engine/ports.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { digits, rawDataset } from '../fixtures/cells.ts';
import { npyBytes } from '../fixtures/npy-bytes.ts';
import { passWorld, snrDb } from '../fixtures/passes.ts';
import { realModels, sourceJobs } from '../fixtures/real-models.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';

const { run } = passWorld();

type Report = Jobs['measure-layer-drift']['output'];

const layersOf = (parentPath: string, variantPath: string): Promise<Report> =>
  sourceJobs().run('measure-layer-drift', { parentPath, variantPath, dataset: digits, examples: 4 });

async function variantOf(model: string, passes: Recipe['passes']): Promise<string> {
  const made = await sourceJobs().run('make-variant', {
    ...{ modelPath: model, recipe: { name: 'test', passes }, dataset: digits, isa: ['avx2'] },
    folder: temporaryFolder(),
  });
  return made.modelPath;
}

/** A copy whose node of that index (among convolutions) has weights that are `factor` times as large. */
async function damaged(model: string, index: number, factor: number): Promise<{ path: string; output: string }> {
  const graph = graphOf(await readModel(model));
  const node = graph.nodes.filter(({ opType }) => opType === 'Conv')[index]!;
  const weight = graph.initializers.get(node.input[1]!)!;
  const values = (tensorValues(weight) as Float32Array).map((value) => value * factor);
  const initializers = [...graph.initializers.values()].map((tensor) =>
    tensor === weight ? makeTensor(tensor.name, tensor.dataType!, tensorShape(tensor), values) : tensor,
  );
  const path = join(temporaryFolder(), 'damaged.onnx');
  await writeModel(withChanges(graph, { initializers }).model, path);
  return { path, output: node.output[0]! };
}

/** As a dataset feeds them. */
async function firstDigits(count: number): Promise<Feeds[]> {
  const dataset = await openDataset(digits, [{ name: 'image', elementType: 'float32', shape: [1, 1, 28, 28] }]);
  const feeds = await Promise.all(Array.from({ length: count }, async (_, at) => (await dataset.batch(at)).inputs));
  await dataset.close();
  return feeds;
}

const compared = ({ layers }: Report) => layers.filter(({ outcome }) => outcome.kind !== 'no counterpart');

describe('a model beside itself', () => {
  test.each(['resnet', 'mobilenet'] as const)('%s: every layer is equal, and nothing drifts', async (name) => {
    const report = await layersOf(realModels[name], realModels[name]);
    expect(report).toMatchObject({ examples: 4, startsAt: null, worstAt: null, notes: [] });
    expect(compared(report).length).toBe(report.layers.length);
    expect(report.layers.every(({ outcome }) => outcome.kind === 'equal')).toBe(true);
  });

  test('a model of one If is compared by its outputs, and that is said', async () => {
    const file = join(temporaryFolder(), 'windows.npy');
    writeFileSync(
      file,
      npyBytes(
        '<f4',
        [2, 512],
        Float32Array.from({ length: 1024 }, (_, at) => Math.sin(at / 9) / 3),
      ),
    );
    const dataset = { ...rawDataset(file), constants: { state: 0, sr: 16_000 } };
    const report = await sourceJobs().run('measure-layer-drift', {
      ...{ parentPath: realModels.silero, variantPath: realModels.silero, dataset, examples: 2 },
    });
    expect(report.layers.map(({ tensor, outcome }) => [tensor, outcome.kind])).toContainEqual(['output', 'equal']);
    expect(report.notes).toEqual(['1 node holds graphs of its own, whose inside was not compared.']);
  });
});

test.each([0, 5])(
  'one damaged layer (convolution %i): what comes before is equal, drift starts there',
  async (index) => {
    const { path, output } = await damaged(realModels.resnet, index, 1.3);
    const report = await layersOf(realModels.resnet, path);
    const { layers, startsAt, worstAt } = report;
    expect(layers[startsAt!]).toMatchObject({ tensor: output, operator: 'Conv' });
    expect(startsAt).toBe(worstAt);
    expect(layers.slice(0, startsAt!).every(({ outcome }) => outcome.kind === 'equal')).toBe(true);
    // Without a bias, 1.3 times the weights are 1.3 times the values: a difference of 0.3, which is 10.5 dB.
    const { outcome } = layers[startsAt!]!;
    if (outcome.kind !== 'differs') throw new Error(outcome.kind);
    expect(outcome.cosine!).toBeGreaterThan(0.9);
    expect(outcome.snrDb).toBeLessThan(25);
    expect(outcome.snrDb).toBeGreaterThan(8);
  },
);

test('int8: tensors that became integers are compared as their readers see them, by the kernels that are timed', async () => {
  const variant = await variantOf(realModels.resnet, [{ pass: 'normalize' }, { pass: 'quantize-static' }]);
  const report = await layersOf(realModels.resnet, variant);
  const { layers, startsAt, worstAt } = report;
  const readable = compared(report);
  // Each Conv + BatchNormalization + Relu is one operator, whose last name stays.
  expect(readable.length).toBeGreaterThan(layers.length / 3);
  expect(
    layers.filter(({ operator }) => operator === 'Conv').every(({ outcome }) => outcome.kind === 'no counterpart'),
  ).toBe(true);
  for (const { outcome } of readable) {
    if (outcome.kind !== 'differs') throw new Error(outcome.kind);
    expect(outcome.snrDb).toBeGreaterThan(25);
    expect(outcome.snrDb).toBeLessThan(60);
    expect(outcome.cosine!).toBeGreaterThan(0.99);
  }
  expect(layers[startsAt!]!.tensor).toBe(readable[0]!.tensor);
  expect(layers[worstAt!]!.addedNoise).toBe(Math.max(...layers.map(({ addedNoise }) => addedNoise ?? 0)));
  const feeds = await firstDigits(4);
  const whole = snrDb(await run(realModels.resnet, feeds), await run(variant, feeds));
  const logits = layers.at(-1)!;
  expect(logits).toMatchObject({ tensor: 'logits', operator: 'Gemm' });
  if (logits.outcome.kind !== 'differs') throw new Error(logits.outcome.kind);
  expect(logits.outcome.snrDb).toBeCloseTo(whole, 3);
});

test('float16: values are compared over the change of type', async () => {
  const variant = await variantOf(realModels.squeezenet, [{ pass: 'normalize' }, { pass: 'convert-to-float16' }]);
  const report = await layersOf(realModels.squeezenet, variant);
  expect(compared(report).length).toBeGreaterThan(20);
  for (const { outcome } of compared(report)) {
    if (outcome.kind === 'differs') expect(outcome.snrDb).toBeGreaterThan(50);
    else expect(outcome.kind).toBe('equal');
  }
});

test('fewer channels: what has another size is listed, not compared', async () => {
  const variant = await variantOf(realModels.squeezenet, [
    { pass: 'normalize' },
    { pass: 'prune-channels', options: { ratio: 0.25, repair: 'none', importance: 'l2' } },
  ]);
  const { layers } = await layersOf(realModels.squeezenet, variant);
  const reasons = layers.flatMap(({ outcome }) => (outcome.kind === 'no counterpart' ? [outcome.reason] : []));
  expect(reasons).toContain('it has another size in the variant');
  expect(layers.at(-1)!.outcome.kind).toBe('differs');
});
