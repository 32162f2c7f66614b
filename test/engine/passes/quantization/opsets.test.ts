/** One small network at every opset that ONNX Runtime loads, through every pass that quantizes. */
import { describe, expect, test } from 'vitest';
import { makeNode } from '../../../../main/engine/onnx/proto.ts';
import type { ModelProto } from '../../../../main/engine/onnx/proto.ts';
import { floatTensor, int64Tensor } from '../../../../main/engine/onnx/tensor.ts';
import { raiseOpset } from '../../../../main/engine/passes/quantization/raise-opset.ts';
import { graphOf, opsetVersion } from '../../../../main/engine/graph/graph.ts';
import { optimizedOperators } from '../../../fixtures/optimized-operators.ts';
import { expectSound, feedsSource, passWorld, smallModel, snrDb } from '../../../fixtures/passes.ts';
import type { SmallModel } from '../../../fixtures/passes.ts';
import { floats, randomTensor } from '../../../fixtures/random-tensors.ts';

const world = passWorld();
const opsets = Array.from({ length: 26 - 9 + 1 }, (_, index) => 9 + index);
const irVersion = (opset: number): number => (opset >= 25 ? 12 : opset >= 21 ? 10 : 8);

/** Clip in the form of its opset. */
const clip = (opset: number) =>
  opset < 11
    ? makeNode('Clip', ['b'], ['c'], { name: 'clip', attributes: { min: { float: 0 }, max: { float: 6 } } })
    : makeNode('Clip', ['b', 'low', 'high'], ['c'], { name: 'clip' });

const network = (opset: number): ModelProto =>
  smallModel({
    inputs: { x: ['batch', 4, 8, 8] },
    outputs: { y: ['batch', 40] },
    opset,
    irVersion: irVersion(opset),
    nodes: [
      makeNode('Conv', ['x', 'w1', 'b1'], ['a'], { name: 'conv1', attributes: { pads: [1, 1, 1, 1] } }),
      makeNode('Relu', ['a'], ['a_relu'], { name: 'relu' }),
      makeNode('Conv', ['a_relu', 'w2'], ['b'], { name: 'conv2', attributes: { pads: [1, 1, 1, 1] } }),
      clip(opset),
      makeNode('Add', ['c', 'a_relu'], ['sum'], { name: 'add' }),
      makeNode('MaxPool', ['sum'], ['pooled'], { name: 'pool', attributes: { kernel_shape: [2, 2], strides: [2, 2] } }),
      makeNode('Reshape', ['pooled', 'shape'], ['flat'], { name: 'flatten' }),
      makeNode('MatMul', ['flat', 'w3'], ['hidden'], { name: 'product' }),
      makeNode('Gemm', ['hidden', 'w4', 'b4'], ['y'], { name: 'head', attributes: { transB: 1 } }),
    ],
    initializers: [
      ...[randomTensor('w1', [8, 4, 3, 3], 1), randomTensor('b1', [8], 2), randomTensor('w2', [8, 8, 3, 3], 3)],
      ...[floatTensor('low', [0], []), floatTensor('high', [6], []), int64Tensor('shape', [-1, 128])],
      ...[randomTensor('w3', [128, 64], 4), randomTensor('w4', [40, 64], 5), randomTensor('b4', [40], 6)],
    ].filter(({ name }) => opset >= 11 || (name !== 'low' && name !== 'high')),
  }); // prettier-ignore
const feeds = Array.from({ length: 4 }, (_, seed) => ({ x: floats([1, 4, 8, 8], seed) }));

describe.each(opsets)('opset %i', (opset) => {
  test.each([
    { pass: 'quantize-static', atLeastDb: 24 },
    { pass: 'quantize-dynamic', atLeastDb: 30 },
    { pass: 'quantize-weights', atLeastDb: 12 },
    { pass: 'convert-to-float16', atLeastDb: 55 },
  ])('$pass', async ({ pass, atLeastDb }) => {
    const model = network(opset);
    const { graph } = await world.apply(pass, model, {}, pass === 'quantize-static' ? feedsSource(feeds) : null);
    await expectSound(world, graph);
    expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(atLeastDb);
    if (pass === 'quantize-static') {
      const operators = await optimizedOperators(world, graph.model, 'all');
      expect([operators.get('QLinearConv'), operators.get('Conv')]).toEqual([2, undefined]);
    }
  });
});

test('below opset 9 there are no integer operators, and it is said', async () => {
  await expect(world.apply('quantize-static', network(8), {}, feedsSource(feeds))).rejects.toThrow(
    'The model uses opset 8, which has no integer operators; export it at opset 9 or newer.',
  );
});

describe('what changed up to opset 11 computes the same after it', () => {
  const x = { x: [1, 2, 6, 6] } as const;
  const attributes = (given: NonNullable<Parameters<typeof makeNode>[3]>['attributes']) => ({
    name: 'node',
    attributes: given,
  });
  const scales = (height: number, width: number) => floatTensor('scales', [1, 1, height, width]);
  const cases: [string, Partial<SmallModel> & Pick<SmallModel, 'nodes'>][] = [
    ['Slice with axes', { opset: 9, nodes: [makeNode('Slice', ['x'], ['y'], attributes({ axes: [2, 3], starts: [1, -3], ends: [5, 9999] }))] }],
    ['Slice without axes', { opset: 9, nodes: [makeNode('Slice', ['x'], ['y'], attributes({ starts: [0, 1], ends: [1, 2] }))] }],
    ['TopK', { opset: 9, nodes: [makeNode('TopK', ['x'], ['y', 'at'], attributes({ k: 2, axis: 3 }))] }],
    ['Clip on both sides', { opset: 10, nodes: [makeNode('Clip', ['x'], ['y'], attributes({ min: { float: -0.5 }, max: { float: 0.75 } }))] }],
    ['Clip above only', { opset: 9, nodes: [makeNode('Clip', ['x'], ['y'], attributes({ max: { float: 0.25 } }))] }],
    ['Pad with a value', { opset: 10, nodes: [makeNode('Pad', ['x'], ['y'], attributes({ pads: [0, 0, 1, 2, 0, 0, 2, 1], value: { float: 3 } }))] }],
    ['Pad by reflection', { opset: 9, nodes: [makeNode('Pad', ['x'], ['y'], attributes({ pads: [0, 0, 1, 2, 0, 0, 2, 1], mode: 'reflect' }))] }],
    ['Upsample', { opset: 9, nodes: [makeNode('Upsample', ['x', 'scales'], ['y'], attributes({ mode: 'nearest' }))], initializers: [scales(2, 3)] }],
    ['Upsample, linear', { opset: 9, nodes: [makeNode('Upsample', ['x', 'scales'], ['y'], attributes({ mode: 'linear' }))], initializers: [scales(2, 2)] }],
    ['Resize to more', { opset: 10, nodes: [makeNode('Resize', ['x', 'scales'], ['y'], attributes({ mode: 'nearest' }))], initializers: [scales(1.5, 2)] }],
    ['Resize to fewer', { opset: 10, nodes: [makeNode('Resize', ['x', 'scales'], ['y'], attributes({ mode: 'nearest' }))], initializers: [scales(0.5, 0.5)] }],
    ['Scatter', {
      opset: 9,
      nodes: [makeNode('Scatter', ['x', 'at', 'updates'], ['y'], attributes({ axis: 3 }))],
      initializers: [int64Tensor('at', [5, 0], [1, 1, 1, 2]), floatTensor('updates', [7, 8], [1, 1, 1, 2])],
    }],
  ]; // prettier-ignore
  test.each(cases)('%s', async (_, part) => {
    const model = smallModel({ inputs: x, outputs: { y: [null, null, null, null] }, ...part });
    const raised = raiseOpset(graphOf(model));
    expect(opsetVersion(raised.model)).toBe(11);
    const input = [{ x: floats([1, 2, 6, 6], 1) }];
    expect(await world.run(raised.model, input)).toEqual(await world.run(model, input));
  });
});
