import { describe, expect, test } from 'vitest';
import { makeNode } from '../../../../main/engine/onnx/proto.ts';
import type { ModelProto } from '../../../../main/engine/onnx/proto.ts';
import { makeTensor, tensorShape, tensorValues } from '../../../../main/engine/onnx/tensor.ts';
import type { Graph } from '../../../../main/engine/graph/graph.ts';
import { DataType } from '../../../../main/engine/onnx/proto.ts';
import { floats, randomTensor } from '../../../fixtures/random-tensors.ts';
import { expectSound, foreignModels, passWorld, smallModel, snrDb } from '../../../fixtures/passes.ts';

const world = passWorld();
const modes = [4, 8].flatMap((bits) =>
  [true, false].flatMap((symmetric) => [16, 32, 128].map((blockSize) => ({ bits, symmetric, blockSize }))),
);

/** x [batch, rows] times a constant, the other way around where transposed. */
const product = (rows: number, columns: number, transposed: boolean): ModelProto =>
  smallModel({
    inputs: { x: ['batch', rows] },
    outputs: { y: ['batch', columns] },
    nodes: [
      makeNode('Gemm', ['x', 'w', 'b'], ['y'], {
        name: 'product',
        attributes: { transB: transposed ? 1 : 0, alpha: { float: 0.5 }, beta: { float: -2 } },
      }),
    ],
    initializers: [
      randomTensor('w', transposed ? [columns, rows] : [rows, columns], rows),
      randomTensor('b', [columns], 2),
    ],
  });

/** Weights [rows, columns] that the integers of `MatMulNBits` stand for. */
function dequantized(graph: Graph, rows: number, columns: number): Float32Array {
  const node = graph.nodes.find(({ opType }) => opType === 'MatMulNBits')!;
  const attribute = (name: string): number => Number(node.attribute.find((one) => one.name === name)!.i);
  const [packed, scales, zeros] = node.input.slice(1).map((name) => tensorValues(graph.initializers.get(name)!));
  const [bits, blockSize] = [attribute('bits'), attribute('block_size')];
  const blocks = Math.ceil(rows / blockSize);
  const code = (from: ArrayLike<number | bigint>, start: number, at: number): number =>
    bits === 8 ? Number(from[start + at]) : (Number(from[start + (at >> 1)]) >> ((at & 1) * 4)) & 15;
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [k, n] = [Math.floor(at / columns), at % columns];
    const block = Math.floor(k / blockSize);
    const zeroBytes = Math.ceil((blocks * bits) / 8);
    const zero = zeros === undefined ? 2 ** (bits - 1) : code(zeros, n * zeroBytes, block);
    const start = ((n * blocks + block) * blockSize * bits) / 8;
    return (code(packed!, start, k % blockSize) - zero) * Number(scales![n * blocks + block]);
  });
}

/** The model with its product by other weights, as floats. */
const withWeights = (rows: number, columns: number, weights: Float32Array, bias: Float32Array): ModelProto =>
  smallModel({
    inputs: { x: ['batch', rows] },
    outputs: { y: ['batch', columns] },
    nodes: [makeNode('Gemm', ['x', 'w', 'b'], ['y'], { name: 'product' })],
    initializers: [
      makeTensor('w', DataType.FLOAT, [rows, columns], weights),
      makeTensor('b', DataType.FLOAT, [columns], bias),
    ],
  });

describe.each(modes)('$bits bits, symmetric $symmetric, blocks of $blockSize', (mode) => {
  test.each([
    { rows: 128, transposed: false },
    { rows: 100, transposed: true },
    { rows: 100, transposed: false },
  ])(
    '$rows rows, transposed $transposed: float arithmetic equals its own weights, integers come near',
    async ({ rows, transposed }) => {
      const columns = 24;
      const model = product(rows, columns, transposed);
      const feeds = [{ x: floats([3, rows], 4) }];
      const exact = await world.apply('quantize-weights', model, { ...mode, accuracyLevel: 0 });
      await expectSound(world, exact.graph);
      const bias = (tensorValues(model.graph!.initializer[1]!) as Float32Array).map((value) => value * -2);
      const own = withWeights(rows, columns, dequantized(exact.graph, rows, columns), bias);
      const expected = await world.run(own, feeds);
      expect(snrDb(expected, await world.run(exact.graph.model, feeds))).toBeGreaterThan(110);
      const fast = await world.apply('quantize-weights', model, mode);
      await expectSound(world, fast.graph);
      expect(snrDb(expected, await world.run(fast.graph.model, feeds))).toBeGreaterThan(40);
      expect(snrDb(await world.run(model, feeds), expected)).toBeGreaterThan(mode.bits === 4 ? 15 : 38);
    },
  );
});

test.each(modes)('a table: $bits bits, symmetric $symmetric, blocks of $blockSize', async (mode) => {
  for (const width of [128, 200]) {
    const model = smallModel({
      inputs: { at: { type: 'int64', shape: [3] } },
      outputs: { y: [3, width] },
      nodes: [makeNode('Gather', ['table', 'at'], ['y'], { name: 'lookup' })],
      initializers: [randomTensor('table', [20, width], 10)],
    });
    const { graph } = await world.apply('quantize-weights', model, mode);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['GatherBlockQuantized']);
    await expectSound(world, graph);
    const feeds = [{ at: { elementType: 'int64', shape: [3], values: BigInt64Array.of(0n, 19n, 7n) } }];
    expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(
      mode.bits === 4 ? 15 : 38,
    );
  }
});

test('a weight that a lookup and a transposed product share is cut for each, and the floats go', async () => {
  const model = smallModel({
    inputs: { at: { type: 'int64', shape: [3] } },
    outputs: { y: [3, 20] },
    nodes: [
      makeNode('Gather', ['table', 'at'], ['hidden'], { name: 'embed' }),
      makeNode('Gemm', ['hidden', 'table'], ['y'], { name: 'head', attributes: { transB: 1 } }),
    ],
    initializers: [randomTensor('table', [20, 64], 10)],
  });
  const { graph } = await world.apply('quantize-weights', model);
  await expectSound(world, graph);
  expect(graph.initializers.has('table')).toBe(false);
  const feeds = [{ at: { elementType: 'int64', shape: [3], values: BigInt64Array.of(0n, 19n, 7n) } }];
  expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(12);
});

test('rows too short for blocks, and products of computed matrices, stay float, and it is said', async () => {
  const model = smallModel({
    inputs: { x: ['batch', 3], w: [3, 3] },
    outputs: { y: ['batch', 4], z: ['batch', 3] },
    nodes: [
      makeNode('MatMul', ['x', 'short'], ['y'], { name: 'short' }),
      makeNode('MatMul', ['x', 'w'], ['z'], { name: 'computed' }),
    ],
    initializers: [randomTensor('short', [3, 4], 1)],
  });
  const { graph, report } = await world.apply('quantize-weights', model);
  expect(graph.model).toBe(model);
  expect(report.summary).toMatch(/^Nothing to quantize: the model has no product or lookup/);
  expect(report.nodes.map(({ reason }) => reason)).toEqual([
    '3 values in a row are too few for blocks to be smaller',
    'its weight is computed, not constant',
  ]);
});

test('a model that holds all in subgraphs is left alone, and it is said', async () => {
  const { report } = await world.apply('quantize-weights', foreignModels.silero);
  expect(report.summary).toBe('Nothing to quantize: all operators are inside subgraphs.');
});

test('a weight of NaN is refused by name', async () => {
  const weight = makeTensor('w', DataType.FLOAT, [64, 2], new Float32Array(128).fill(NaN));
  const model = smallModel({
    inputs: { x: [1, 64] },
    outputs: { y: [1, 2] },
    nodes: [makeNode('MatMul', ['x', 'w'], ['y'], { name: 'product' })],
    initializers: [weight],
  });
  expect(tensorShape(weight)).toEqual([64, 2]);
  await expect(world.apply('quantize-weights', model)).rejects.toThrow('Weight "w" holds NaN');
});

test.each([{ bits: 5 }, { blockSize: 24 }, { accuracyLevel: 5 }])('refuses %o', async (options) => {
  await expect(world.apply('quantize-weights', product(32, 4, false), options)).rejects.toThrow(
    /Option "\w+" of pass "quantize-weights" can't be used/,
  );
});
