import { describe, expect, test } from 'vitest';
import { DataType, makeNode } from '../../../../main/engine/onnx/proto.ts';
import { makeTensor, tensorValues } from '../../../../main/engine/onnx/tensor.ts';
import { graphOf } from '../../../../main/engine/graph/graph.ts';
import { passNamed } from '../../../../main/engine/passes/index.ts';
import { checkOptions } from '../../../../main/engine/passes/resolve-recipe.ts';
import type { ModelProto } from '../../../../main/engine/onnx/proto.ts';
import { optimizedOperators } from '../../../fixtures/optimized-operators.ts';
import { floats, randomTensor } from '../../../fixtures/random-tensors.ts';
import { lineFeeds, lineTexts, readText } from '../../../fixtures/text-lines/read-text-lines.ts';
import { expectSound, foreignModels, passWorld, smallModel, snrDb } from '../../../fixtures/passes.ts';

const world = passWorld();
const operatorsOf = ({ graph }: ModelProto): string[] => graph!.node.map(({ opType }) => opType);

/** x [batch, 24] through MatMul, Gemm and a second reader of x. */
const products = (): ModelProto =>
  smallModel({
    inputs: { x: ['batch', 24] },
    outputs: { y: ['batch', 7], z: ['batch', 5] },
    nodes: [
      makeNode('MatMul', ['x', 'first'], ['hidden'], { name: 'first' }),
      makeNode('Gemm', ['hidden', 'second', 'bias'], ['y'], {
        name: 'second',
        attributes: { transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
      }),
      makeNode('Gemm', ['x', 'third', 'third_bias'], ['z'], { name: 'third' }),
    ],
    initializers: [
      randomTensor('first', [24, 16], 1),
      randomTensor('second', [7, 16], 2),
      randomTensor('bias', [7], 3),
      randomTensor('third', [24, 5], 4),
      randomTensor('third_bias', [5], 5),
    ],
  });
const vectors = [1, 4].map((batch) => ({ x: floats([batch, 24], batch) }));

describe('products', () => {
  test.each([
    { weightType: 'int8', perChannel: true },
    { weightType: 'int8', perChannel: false },
    { weightType: 'uint8', perChannel: true },
    { weightType: 'uint8', perChannel: false },
  ])('keep 30 dB: %o', async (options) => {
    const { graph, report } = await world.apply('quantize-dynamic', products(), options);
    await expectSound(world, graph);
    expect(report.figures).toMatchObject({ nodes_quantized: 3 });
    expect(snrDb(await world.run(products(), vectors), await world.run(graph.model, vectors))).toBeGreaterThan(30);
  });

  test('8-bit signed weights keep 38 dB where their sums do not overflow, and the CPU on which they do is warned of', async () => {
    const { graph, report } = await world.apply('quantize-dynamic', products(), { reduceRange: 'off' });
    expect(report.warnings).toContain('This CPU has no VNNI: 8-bit weights may overflow; set reduceRange to on.');
    await expectSound(world, graph);
    // On x86 without VNNI the entry makes ONNX Runtime multiply without overflow; elsewhere it changes nothing.
    const exact = { graphOptimization: 'extended', entries: { 'session.x64quantprecision': '1' } } as const;
    expect(snrDb(await world.run(products(), vectors), await world.run(graph.model, vectors, exact))).toBeGreaterThan(
      38,
    );
  });

  test('an activation that two nodes read is quantized once, and float weights are gone', async () => {
    const { graph } = await world.apply('quantize-dynamic', products());
    expect(operatorsOf(graph.model).filter((operator) => operator === 'DynamicQuantizeLinear')).toHaveLength(2);
    expect(
      [...graph.initializers.keys()].filter((name) => ['first', 'second', 'third', 'bias'].includes(name)),
    ).toEqual([]);
  });

  test('ONNX Runtime fuses every one', async () => {
    const { graph } = await world.apply('quantize-dynamic', products());
    const fused = await optimizedOperators(world, graph.model, 'extended');
    expect(fused.get('DynamicQuantizeMatMul') ?? 0).toBe(1);
    expect(fused.get('MatMulIntegerToFloat') ?? 0).toBe(2);
    expect(fused.get('MatMulInteger')).toBeUndefined();
  });
});

test.each([
  { cpu: 'x86 without VNNI', isa: ['avx2'], reduceRange: 'on' },
  { cpu: 'x86 with VNNI', isa: ['avx2', 'avx512f', 'avx512_vnni'], reduceRange: 'off' },
  { cpu: 'x86 with AVX-VNNI', isa: ['avx2', 'avx_vnni'], reduceRange: 'off' },
  { cpu: 'ARM', isa: ['neon', 'dotprod'], reduceRange: 'off' },
  { cpu: 'a CPU that does not tell', isa: [], reduceRange: 'on' },
])('on $cpu, auto leaves the range $reduceRange', ({ isa, reduceRange }) => {
  const pass = passNamed('quantize-dynamic');
  const options = pass.resolveForCpu!(checkOptions(pass, {}), isa);
  expect(options).toMatchObject({ weightType: 'int8', reduceRange });
});

const lstm = (direction: string, directions: number): ModelProto =>
  smallModel({
    inputs: { x: [6, 2, 10] },
    outputs: { y: [6, directions, 2, 8] },
    nodes: [makeNode('LSTM', ['x', 'w', 'r', 'b'], ['y'], { name: 'lstm', attributes: { hidden_size: 8, direction } })],
    initializers: [
      randomTensor('w', [directions, 32, 10], 6),
      randomTensor('r', [directions, 32, 8], 7),
      randomTensor('b', [directions, 64], 8),
    ],
  });

test.each([
  { direction: 'forward', directions: 1, perChannel: true },
  { direction: 'forward', directions: 1, perChannel: false },
  { direction: 'bidirectional', directions: 2, perChannel: true },
  { direction: 'bidirectional', directions: 2, perChannel: false },
])('an LSTM keeps 25 dB: %o', async ({ direction, directions, perChannel }) => {
  const model = lstm(direction, directions);
  const { graph } = await world.apply('quantize-dynamic', model, { perChannel });
  await expectSound(world, graph);
  expect(operatorsOf(graph.model)).toEqual(['DynamicQuantizeLSTM']);
  const feeds = [{ x: floats([6, 2, 10], 9) }];
  expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(25);
});

test('rows of a table are looked up as integers', async () => {
  const model = smallModel({
    inputs: { at: { type: 'int64', shape: [3] } },
    outputs: { y: [3, 16] },
    nodes: [makeNode('Gather', ['table', 'at'], ['y'], { name: 'lookup' })],
    initializers: [randomTensor('table', [20, 16], 10)],
  });
  const { graph } = await world.apply('quantize-dynamic', model);
  await expectSound(world, graph);
  const feeds = [{ at: { elementType: 'int64', shape: [3], values: BigInt64Array.of(0n, 19n, -1n) } }];
  expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(35);
  expect(graph.initializers.get('table_quantized')?.dataType).toBe(DataType.INT8);
});

test.each([
  { convolutionWeightType: 'int8', perChannel: true },
  { convolutionWeightType: 'int8', perChannel: false },
  { convolutionWeightType: 'uint8', perChannel: true },
  { convolutionWeightType: 'uint8', perChannel: false },
])('convolutions, by choice: %o', async (options) => {
  const weights = randomTensor('w', [6, 2, 3, 3], 11);
  // A channel of zeros has no range.
  const values = (tensorValues(weights) as Float32Array).map((value, at) => (at < 18 ? 0 : value));
  const model = smallModel({
    inputs: { x: ['batch', 4, 9, 9] },
    outputs: { y: ['batch', 6, 5, 5] },
    nodes: [
      makeNode('Conv', ['x', 'w', 'b'], ['y'], {
        name: 'conv',
        attributes: { strides: [2, 2], pads: [1, 1, 1, 1], group: 2 },
      }),
    ],
    initializers: [makeTensor('w', DataType.FLOAT, [6, 2, 3, 3], values), randomTensor('b', [6], 12)],
  });
  const untouched = await world.apply('quantize-dynamic', model);
  expect(untouched.graph.model).toBe(model);
  const { graph } = await world.apply('quantize-dynamic', model, { operators: ['Conv'], ...options });
  await expectSound(world, graph);
  expect(graph.initializers.get('w_quantized')?.dataType).toBe(
    options.convolutionWeightType === 'int8' ? DataType.INT8 : DataType.UINT8,
  );
  const feeds = [{ x: floats([2, 4, 9, 9], 13) }];
  expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(30);
});

test('PP-OCR recognition reads the same text', async () => {
  const { graph: parent } = await world.apply('normalize', foreignModels.recognition);
  const { graph } = await world.apply('quantize-dynamic', parent.model);
  const outputs = await world.run(graph.model, lineFeeds());
  expect(outputs.map((output) => readText(Object.values(output)[0]!).trim())).toEqual(lineTexts);
});

test('what is in subgraphs is left alone, and it is said', async () => {
  const { graph, report } = await world.apply('quantize-dynamic', foreignModels.silero);
  expect(report.summary).toBe('Nothing to quantize: all operators are inside subgraphs.');
  expect(report.nodes.find(({ operator }) => operator === 'If')?.reason).toMatch(/^\d+ operators inside its subgraphs/);
  expect(graph.nodes.some(({ opType }) => opType === 'DynamicQuantizeLinear')).toBe(false);
});

test('reasons stand at the nodes that stay float', async () => {
  const model = smallModel({
    inputs: { x: [4, 4], y: [4, 4] },
    outputs: { a: [4, 4], b: [4, 4], c: [4, 4] },
    nodes: [
      makeNode('MatMul', ['x', 'y'], ['a'], { name: 'both computed' }),
      makeNode('Gemm', ['x', 'w'], ['b'], { name: 'turned', attributes: { transA: 1 } }),
      makeNode('MatMul', ['x', 'w'], ['c'], { name: 'head/product' }),
    ],
    initializers: [makeTensor('w', DataType.FLOAT, [4, 4], new Float32Array(16).fill(1))],
  });
  const { report } = await world.apply('quantize-dynamic', model, { exclude: ['head/*'] });
  expect(report.nodes.map(({ node, reason }) => [node, reason])).toEqual([
    ['both computed', 'its weight is computed, not constant'],
    ['turned', 'its input is transposed (transA)'],
    ['head/product', 'excluded by "head/*"'],
  ]);
  expect(graphOf(model).nodes).toHaveLength(3);
});
