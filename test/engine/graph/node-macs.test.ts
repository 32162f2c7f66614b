import { expect, test } from 'vitest';
import { isCounted, nodeMacs } from '../../../main/engine/graph/node-macs.ts';
import { makeNode } from '../../../main/engine/onnx/proto.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;
type Attributes = NonNullable<NonNullable<Parameters<typeof makeNode>[3]>['attributes']>;

const macs = (
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  shapes: Shapes,
  attributes: Attributes = {},
  domain = '',
): number | null => nodeMacs(makeNode(operator, inputs, outputs, { attributes, domain }), (name) => shapes[name]);
const ms = 'com.microsoft';

test('convolutions: each output element, each weight of its filter', () => {
  const shapes = {
    x: [2, 8, 10, 10],
    w: [16, 8, 3, 3],
    y: [2, 16, 8, 8],
    depthwise: [8, 1, 3, 3],
    z: [2, 8, 8, 8],
    s: [1],
  };
  expect(macs('Conv', ['x', 'w'], ['y'], shapes)).toBe(2 * 16 * 8 * 8 * 8 * 9);
  expect(macs('Conv', ['x', 'depthwise'], ['z'], shapes, { group: 8 })).toBe(2 * 8 * 8 * 8 * 9);
  expect(macs('QLinearConv', ['x', 's', 's', 'w', 's', 's', 's', 's'], ['y'], shapes)).toBe(2 * 16 * 64 * 72);
  expect(macs('ConvInteger', ['x', 'w'], ['y'], shapes)).toBe(2 * 16 * 64 * 72);
});

test('a transposed convolution does not grow with its stride', () => {
  const shapes = { x: [1, 8, 5, 5], w: [8, 4, 2, 2], y: [1, 4, 10, 10], wide: [1, 4, 14, 14] };
  expect(macs('ConvTranspose', ['x', 'w'], ['y'], shapes, { strides: [2, 2] })).toBe(25 * 8 * 4 * 4);
  expect(macs('ConvTranspose', ['x', 'w'], ['wide'], shapes, { strides: [3, 3] })).toBe(25 * 8 * 4 * 4);
});

test('products: rows × columns × inner length, broadcast and transposed too', () => {
  const shapes = { a: [5, 2, 3, 7], b: [7, 4], y: [5, 2, 3, 4], at: [7, 3], c: [3, 4], v: [7], d: [3] };
  expect(macs('MatMul', ['a', 'b'], ['y'], shapes)).toBe(5 * 2 * 3 * 4 * 7);
  expect(macs('Gemm', ['at', 'b'], ['c'], shapes, { transA: 1 })).toBe(3 * 4 * 7);
  expect(macs('FusedMatMul', ['at', 'b'], ['c'], shapes, { transA: 1 }, ms)).toBe(3 * 4 * 7);
  expect(macs('QLinearMatMul', ['a', 's', 's', 'b', 's', 's', 's', 's'], ['y'], shapes)).toBe(840);
  expect(macs('MatMul', ['c7', 'v'], ['d'], { ...shapes, c7: [3, 7] })).toBe(3 * 7);
  expect(macs('MatMulNBits', ['a', 'packed', 'scales'], ['y'], shapes, { K: 7, N: 4, bits: 4 }, ms)).toBe(840);
});

test('recurrent layers: every gate of every direction at every step', () => {
  // X [steps, batch, inputs], W [directions, gates·hidden, inputs], R [directions, gates·hidden, hidden].
  const shapes = { x: [10, 3, 20], w: [2, 4 * 30, 20], r: [2, 4 * 30, 30], wg: [1, 3 * 30, 20], rg: [1, 3 * 30, 30] };
  expect(macs('LSTM', ['x', 'w', 'r'], ['y'], shapes)).toBe(10 * 3 * 2 * 4 * 30 * (20 + 30));
  expect(macs('GRU', ['x', 'wg', 'rg'], ['y'], shapes)).toBe(10 * 3 * 3 * 30 * (20 + 30));
});

test('attention: products of queries with keys, and of weights with values; projections where the operator has them', () => {
  const fused = { x: [2, 16, 64], w: [64, 192], y: [2, 16, 64] };
  expect(macs('Attention', ['x', 'w', 'b'], ['y'], fused, { num_heads: 4 }, ms)).toBe(
    2 * 16 * 64 * 192 + 2 * 16 * 16 * 128,
  );
  const split = { q: [2, 16, 64], k: [2, 24, 64], v: [2, 24, 32], y: [2, 16, 32] };
  expect(macs('MultiHeadAttention', ['q', 'k', 'v'], ['y'], split, { num_heads: 4 }, ms)).toBe(2 * 16 * 24 * (64 + 32));
  const heads = { q: [2, 4, 16, 8], k: [2, 4, 24, 8], v: [2, 4, 24, 8], y: [2, 4, 16, 8] };
  expect(macs('Attention', ['q', 'k', 'v'], ['y'], heads)).toBe(2 * (2 * 4 * 16 * 24 * 8));
});

test('einsum: every combination of indices once; an ellipsis is not guessed', () => {
  const shapes = { a: [2, 3, 4], b: [2, 4, 5], y: [2, 3, 5] };
  expect(macs('Einsum', ['a', 'b'], ['y'], shapes, { equation: 'bij,bjk->bik' })).toBe(2 * 3 * 4 * 5);
  expect(macs('Einsum', ['a', 'b'], ['y'], shapes, { equation: '...ij,...jk->...ik' })).toBeNull();
  expect(macs('Einsum', ['a'], ['y'], shapes, { equation: 'bij->bji' })).toBe(0);
});

test('what is not linear counts nothing; what is not known is not guessed', () => {
  expect(macs('Relu', ['x'], ['y'], {})).toBe(0);
  expect(macs('BatchNormalization', ['x'], ['y'], {})).toBe(0);
  expect(macs('Conv', ['x', 'w'], ['y'], { w: [1, 1, 1, 1] })).toBeNull();
  expect(macs('MatMul', ['a', 'b'], ['y'], { a: [], b: [], y: [] })).toBeNull();
  expect(macs('Anything', ['x'], ['y'], {}, {}, 'my.own')).toBeNull();
  expect(macs('MoE', ['x'], ['y'], { x: [1], y: [1] }, {}, ms)).toBeNull();
  expect(isCounted(makeNode('Conv', ['x', 'w'], ['y']))).toBe(true);
  expect(isCounted(makeNode('constructor', ['x'], ['y']))).toBe(false);
});
