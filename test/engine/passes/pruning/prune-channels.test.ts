import { describe, expect, test } from 'vitest';
import { graphOf } from '../../../../main/engine/graph/graph.ts';
import type { Graph } from '../../../../main/engine/graph/graph.ts';
import { inferShapes } from '../../../../main/engine/graph/infer-shapes.ts';
import { nodeMacs } from '../../../../main/engine/graph/node-macs.ts';
import { sensibleShapes } from '../../../../main/engine/graph/sensible-shapes.ts';
import { makeNode } from '../../../../main/engine/onnx/proto.ts';
import type { ModelProto } from '../../../../main/engine/onnx/proto.ts';
import { readModel } from '../../../../main/engine/onnx/read-model.ts';
import { tensorShape } from '../../../../main/engine/onnx/tensor.ts';
import { tensorInfoOf } from '../../../../main/engine/onnx/value-info.ts';
import { encodeModel } from '../../../../main/engine/onnx/write-model.ts';
import { expectSound, feedsSource, foreignModels, passWorld, smallModel } from '../../../fixtures/passes.ts';
import { floats, randomTensor } from '../../../fixtures/random-tensors.ts';
import { realModels } from '../../../fixtures/real-models.ts';

const world = passWorld();

/** x → first (16 channels) → norm → second (12) → head. */
const chain = (): ModelProto =>
  smallModel({
    inputs: { x: ['batch', 3, 8, 8] },
    outputs: { y: ['batch', 2, 8, 8] },
    nodes: [
      makeNode('Conv', ['x', 'w1'], ['a'], { name: 'first' }),
      makeNode('BatchNormalization', ['a', 'gamma', 'beta', 'mean', 'variance'], ['n'], { name: 'norm' }),
      makeNode('Relu', ['n'], ['r'], { name: 'relu' }),
      makeNode('Conv', ['r', 'w2'], ['b'], { name: 'second' }),
      makeNode('Relu', ['b'], ['s'], { name: 'relu2' }),
      makeNode('Conv', ['s', 'w3'], ['y'], { name: 'head' }),
    ],
    initializers: [
      randomTensor('w1', [16, 3, 1, 1], 1),
      ...['gamma', 'beta', 'mean'].map((name, seed) => randomTensor(name, [16], seed + 2)),
      { ...randomTensor('variance', [16], 5), rawData: new Uint8Array(new Float32Array(16).fill(1).buffer) },
      randomTensor('w2', [12, 16, 1, 1], 6),
      randomTensor('w3', [2, 12, 1, 1], 7),
    ],
  });
const images = feedsSource(Array.from({ length: 4 }, (_, seed) => ({ x: floats([5, 3, 8, 8], seed + 1) })));
const channelsOf = ({ initializers }: Graph, weight: string): number => tensorShape(initializers.get(weight)!)[0]!;

/** Counted anew from the file that was made: elements of all initializers, and products with the shapes that ONNX Runtime infers. */
async function recount({ model, initializers, nodes, inputs, isInput }: Graph) {
  const shapes = sensibleShapes(inputs.filter(({ name }) => isInput(name)).map(tensorInfoOf));
  const tensors = await inferShapes(model, world.openSession, shapes);
  const sizes = [...initializers.values()].map((one) => tensorShape(one).reduce((product, size) => product * size, 1));
  const shapeOf = (name: string) => tensors.get(name)?.shape as number[] | undefined;
  return {
    parameters: sizes.reduce((sum, size) => sum + size, 0),
    macs: nodes.reduce((sum, node) => sum + (nodeMacs(node, shapeOf) ?? 0), 0),
  };
}

describe('real models', () => {
  const { resnet, mobilenet, squeezenet } = realModels;
  test.each([
    ...Object.entries({ resnet, mobilenet, squeezenet }),
    ...Object.entries({
      detection: foreignModels.detection,
      recognition: foreignModels.recognition,
      direction: foreignModels.direction,
    }),
  ])('%s without a quarter and half of its arithmetic', async (_, path) => {
    const normal = (await world.apply('normalize', path)).graph;
    const before = await recount(normal);
    for (const ratio of [0.25, 0.5]) {
      const { graph, report } = await world.apply('prune-channels', normal.model, { ratio, maxShare: 0.9 });
      await expectSound(world, graph);
      const after = await recount(graph);
      expect(report.figures).toMatchObject({ macs_before: before.macs, macs_after: after.macs });
      // Shape constants that had to be restated are no parameters of the network, but a handful of numbers.
      expect(Math.abs(Number(report.figures['parameters_after']) - after.parameters)).toBeLessThan(100);
      expect(1 - after.macs / before.macs).toBeGreaterThanOrEqual(ratio - 1e-9);
      expect(1 - after.macs / before.macs).toBeLessThan(ratio + 0.05);
      expect(after.parameters).toBeLessThan(before.parameters);
    }
  });
});

describe('options', () => {
  test('ratio 0 gives the same bytes', async () => {
    for (const path of [realModels.mobilenet, foreignModels.direction]) {
      const { graph, report } = await world.apply('prune-channels', path, { ratio: 0 });
      expect(Buffer.compare(encodeModel(graph.model), encodeModel(await readModel(path)))).toBe(0);
      expect(report.summary).toBe('Nothing was asked to go: the ratio is 0.');
    }
  });

  test('weights in Constant nodes are sliced too', async () => {
    const { graph, report } = await world.apply('prune-channels', foreignModels.direction, { ratio: 0.25 });
    expect(report.figures['channels_removed']).toBeGreaterThan(0);
    await expectSound(world, graph);
  });

  test('each target counts what it says', async () => {
    for (const target of ['channels', 'parameters', 'macs'] as const) {
      const { report } = await world.apply('prune-channels', realModels.squeezenet, { ratio: 0.3, target });
      const { figures } = report;
      const gone = (name: string): number => 1 - Number(figures[`${name}_after`]) / Number(figures[`${name}_before`]);
      if (target === 'channels') expect(report.summary).toContain('channels removed');
      else expect(gone(target)).toBeGreaterThanOrEqual(0.3);
    }
  });

  test('a target of latency is met as it was measured, or said to be out of reach', async () => {
    const { report } = await world.apply('prune-channels', realModels.resnet, { ratio: 0.2, target: 'latency' });
    const isMet = Number(report.figures['latency_ratio']) <= 0.8;
    expect(isMet || report.warnings.some((warning) => warning.includes('of the latency could go'))).toBe(true);
    expect(report.summary).toContain('measured latency');
  });

  test('what stays is a multiple of roundTo and no less than minChannels', async () => {
    const { graph } = await world.apply('prune-channels', chain(), { ratio: 0.5, roundTo: 4, minChannels: 8 });
    expect([channelsOf(graph, 'w1') % 4, channelsOf(graph, 'w2') % 4]).toEqual([0, 0]);
    expect(Math.min(channelsOf(graph, 'w1'), channelsOf(graph, 'w2'))).toBe(8);
  });

  test('without global ranking each group loses the same share', async () => {
    const { graph } = await world.apply('prune-channels', chain(), { ratio: 0.5, target: 'channels', global: false });
    expect([channelsOf(graph, 'w1'), channelsOf(graph, 'w2')]).toEqual([8, 6]);
  });

  test('protected layers keep their channels', async () => {
    const { graph, report } = await world.apply('prune-channels', chain(), { ratio: 0.3, protect: ['first'] });
    expect(channelsOf(graph, 'w1')).toBe(16);
    expect(channelsOf(graph, 'w2')).toBeLessThan(12);
    expect(report.nodes).toContainEqual(
      expect.objectContaining({ node: 'first', reason: 'its 16 channels are locked: "first" is protected' }),
    );
  });

  test('batch-norm removes the channels of the smallest scales', async () => {
    const model = chain();
    const { graph } = await world.apply('prune-channels', model, {
      ...{ ratio: 0.25, target: 'channels', importance: 'batch-norm', global: false, repair: 'none' },
    });
    const values = (from: Graph): number[] => [
      ...new Float32Array(Uint8Array.from(from.initializers.get('gamma')!.rawData).buffer),
    ];
    const all = values(graphOf(model));
    const smallest = all.toSorted((a, b) => Math.abs(a) - Math.abs(b)).slice(0, 4);
    expect(values(graph)).toEqual(all.filter((value) => !smallest.includes(value)));
  });

  test('activation judges by what flows through on the data', async () => {
    // Channels 0–3 give nothing, whatever their weights.
    const model = chain();
    const beta = model.graph!.initializer.find(({ name }) => name === 'beta')!;
    beta.rawData = new Uint8Array(Float32Array.from({ length: 16 }, (_, index) => (index < 4 ? -1e3 : 1)).buffer);
    const { graph } = await world.apply(
      'prune-channels',
      model,
      { ratio: 0.25, target: 'channels', importance: 'activation', global: false, repair: 'none' },
      images,
    );
    const kept = new Float32Array(Uint8Array.from(graph.initializers.get('beta')!.rawData).buffer);
    expect([...kept]).toEqual(Array.from({ length: 12 }, () => 1));
  });

  test('normalizations that are not folded are measured again', async () => {
    const { report, graph } = await world.apply('prune-channels', chain(), { ratio: 0.3, protect: ['second'] }, images);
    expect(report.figures['layers_repaired']).toBeGreaterThan(0);
    await expectSound(world, graph);
  });
});

test.each([
  [
    'ConvTranspose',
    [
      makeNode('ConvTranspose', ['r', 'up'], ['u'], { name: 'up' }),
      makeNode('Conv', ['u', 'w3'], ['y'], { name: 'head' }),
    ],
    [randomTensor('up', [16, 8, 1, 1], 2), randomTensor('w3', [2, 8, 1, 1], 3)],
    [{ node: 'up', reason: 'its weights were not repaired: the repair has no form for ConvTranspose' }],
  ],
  [
    'MatMul',
    [
      makeNode('Transpose', ['r'], ['last'], { name: 'last', attributes: { perm: [0, 2, 3, 1] } }),
      makeNode('MatMul', ['last', 'w3'], ['m'], { name: 'product' }),
      makeNode('Transpose', ['m'], ['y'], { name: 'back', attributes: { perm: [0, 3, 1, 2] } }),
    ],
    [randomTensor('w3', [16, 2], 3)],
    [{ node: 'product', reason: 'its weights were not repaired: the repair has no form for MatMul' }],
  ],
  [
    'a weight that two layers share',
    [
      makeNode('Conv', ['r', 'w3'], ['one'], { name: 'one' }),
      makeNode('Conv', ['r', 'w3'], ['two'], { name: 'two' }),
      makeNode('Mul', ['one', 'two'], ['y'], { name: 'product' }),
    ],
    [randomTensor('w3', [2, 16, 1, 1], 3)],
    ['one', 'two'].map((node) => ({
      node,
      reason: 'its weights were not repaired: other layers use its weights or bias, too',
    })),
  ],
] as const)('%s behind what went stays as it is, and the report says so', async (_, nodes, weights, expected) => {
  const model = smallModel({
    inputs: { x: ['batch', 3, 8, 8] },
    outputs: { y: ['batch', 2, 8, 8] },
    nodes: [
      makeNode('Conv', ['x', 'w1'], ['a'], { name: 'first' }),
      makeNode('Relu', ['a'], ['r'], { name: 'relu' }),
      ...nodes,
    ],
    initializers: [randomTensor('w1', [16, 3, 1, 1], 1), ...weights],
  });
  const { graph, report } = await world.apply('prune-channels', model, { ratio: 0.25, minChannels: 1 }, images);
  expect(channelsOf(graph, 'w1')).toBeLessThan(16);
  for (const one of expected) expect(report.nodes).toContainEqual(expect.objectContaining(one));
  await expectSound(world, graph);
});

describe('what can not be pruned is said in one sentence', () => {
  const refusal = (model: ModelProto | string, options: Readonly<Record<string, unknown>>) =>
    expect(world.apply('prune-channels', model, options)).rejects;

  test('a ratio of 1', () =>
    refusal(chain(), { ratio: 1 }).toThrow(/^Option "ratio" of pass "prune-channels" can't be used: .*<1\.$/));

  test('a layer to protect that is not there', () =>
    refusal(chain(), { protect: ['frist'] }).toThrow('There is no node "frist" to protect; did you mean "first"?'));

  test('a quantized model', async () => {
    const quantized = (
      await world.apply('quantize-dynamic', realModels.squeezenet, { operators: 'all' }).catch(() => null)
    )?.graph;
    const model = quantized?.model ?? (await world.apply('quantize-static', chain(), {}, images)).graph.model;
    await refusal(model, {}).toThrow(
      /^The model is quantized already \(.*\); prune the model it was made from, then quantize the result\.$/,
    );
  });

  test('batch-norm without normalizations', async () => {
    const { graph } = await world.apply('normalize', chain());
    await refusal(graph.model, { importance: 'batch-norm' }).toThrow(
      'the model has none; set foldScales of normalize to false',
    );
  });

  test('activation without data', () =>
    refusal(chain(), { importance: 'activation' }).toThrow('measures real inputs; choose a dataset.'));

  test('a model with nothing to prune', async () => {
    const { report } = await world.apply('prune-channels', foreignModels.silero);
    expect(report.warnings).toEqual(['Nothing to prune: its layers are inside subgraphs.']);
    const single = smallModel({
      inputs: { x: ['batch', 4] },
      outputs: { y: ['batch', 3] },
      nodes: [makeNode('Gemm', ['x', 'w'], ['y'], { name: 'only' })],
      initializers: [randomTensor('w', [4, 3], 1)],
    });
    expect((await world.apply('prune-channels', single)).report.summary).toBe(
      'Nothing to prune: every group is locked ("only", because it is an output of the model).',
    );
  });

  test('a ratio beyond what the limits allow is warned of', async () => {
    const { report } = await world.apply('prune-channels', chain(), { ratio: 0.9 });
    expect(report.warnings[0]).toMatch(
      /^Only \d+\.\d% of the multiply-accumulates could go under the limits given; raise maxShare/,
    );
  });
});
