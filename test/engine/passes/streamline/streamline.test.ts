import { describe, expect, test } from 'vitest';
import { makeNode } from '../../../../main/engine/onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../../../main/engine/onnx/proto.ts';
import { floatTensor, int64Tensor } from '../../../../main/engine/onnx/tensor.ts';
import { seededRandom } from '../../../../main/engine/measure/seeded-random.ts';
import { expectSound, foreignModels, passWorld, smallModel, snrDb, tensor } from '../../../fixtures/passes.ts';
import type { SmallModel } from '../../../fixtures/passes.ts';
import { pageFeed } from '../../../fixtures/text-lines/read-text-lines.ts';

const world = passWorld();
const random = seededRandom(5);
const values = (length: number): Float32Array => Float32Array.from({ length }, () => 4 * random() - 2);
const weight = (name: string, shape: readonly number[]): TensorProto =>
  floatTensor(name, values(shape.reduce((a, b) => a * b, 1)), shape);
const scalar = (name: string, value: number): TensorProto => floatTensor(name, [value], []);
const conv = (input: string, name: string, output: string, attributes = {}): NodeProto =>
  makeNode('Conv', [input, name], [output], { name: output, attributes });

/** x → Conv → what is given (from `a` to `z`) → Conv, over 16 channels. */
function between(
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[],
  more: Partial<SmallModel> & { readonly last?: object } = {},
) {
  const { last = {}, ...rest } = more;
  return smallModel({
    nodes: [conv('x', 'w1', 'a'), ...nodes, conv('z', 'w2', 'y', last)],
    initializers: [weight('w1', [16, 3, 1, 1]), weight('w2', [8, 16, 3, 3]), ...initializers],
    inputs: { x: [1, 3, 12, 12] },
    outputs: { y: [1, 8, 'h', 'w'] },
    ...rest,
  });
}

const hardSwish = (scale: readonly NodeProto[]): NodeProto[] => [
  makeNode('Add', ['a', 'three'], ['a3'], { name: 'add' }),
  makeNode('Clip', ['a3', 'zero', 'six'], ['a6'], { name: 'clip' }),
  makeNode('Mul', ['a', 'a6'], ['am'], { name: 'mul' }),
  makeNode('Div', ['am', 'six'], [scale.length === 0 ? 'z' : 'h'], { name: 'div' }),
  ...scale,
];
const constants = [scalar('three', 3), scalar('zero', 0), scalar('six', 6), scalar('k', -1.5), scalar('b', 0.7)];
const affine = [
  makeNode('Mul', ['k', 'h'], ['hk'], { name: 'scale' }),
  makeNode('Add', ['hk', 'b'], ['z'], { name: 'shift' }),
];
const feeds = (count = 3) => Array.from({ length: count }, () => ({ x: tensor([1, 3, 12, 12], values(3 * 144)) }));

/** Without the division, which any constant before a convolution folds into. */
const bareGate = (): NodeProto[] => [
  ...hardSwish([]).slice(0, 2),
  makeNode('Mul', ['a', 'a6'], ['z'], { name: 'mul' }),
];

const operators = (nodes: readonly NodeProto[]): string[] => nodes.map(({ opType }) => opType);

describe('rewritten patterns compute the same', () => {
  const padded = { pads: [1, 1, 1, 1] };
  const cases: Record<string, { readonly model: ReturnType<typeof between>; readonly into: readonly string[] }> = {
    'hard swish in four operators': {
      model: between(hardSwish([]), constants),
      into: ['Conv', 'Conv', 'Clip', 'Mul', 'Conv'],
    },
    'a scale and a shift after it, into an unpadded convolution': {
      model: between(hardSwish(affine), constants),
      into: ['Conv', 'Conv', 'Clip', 'Mul', 'Conv'],
    },
    'a scale and a shift after it, before a padded convolution': {
      model: between(hardSwish(affine), constants, { last: padded }),
      into: ['Conv', 'Conv', 'Clip', 'Mul', 'Conv', 'Conv'],
    },
    HardSwish: {
      model: between([makeNode('HardSwish', ['a'], ['z'], { name: 'h' })], []),
      into: ['Conv', 'Conv', 'Clip', 'Mul', 'Conv'],
    },
    'a product with a HardSigmoid': {
      model: between(
        [
          makeNode('HardSigmoid', ['a'], ['g'], { name: 'g', attributes: { alpha: { float: 0.3 } } }),
          makeNode('Mul', ['g', 'a'], ['z'], { name: 'm' }),
        ],
        [],
        { last: padded },
      ),
      into: ['Conv', 'Conv', 'Clip', 'Mul', 'Conv'],
    },
    'a residual gate': {
      model: between(
        [
          makeNode('GlobalAveragePool', ['a'], ['p'], { name: 'p' }),
          conv('p', 'w3', 'e'),
          makeNode('HardSigmoid', ['e'], ['g'], { name: 'g' }),
          makeNode('Mul', ['a', 'g'], ['ag'], { name: 'm' }),
          makeNode('Add', ['ag', 'a'], ['z'], { name: 'r' }),
        ],
        [weight('w3', [16, 16, 1, 1])],
        { last: padded },
      ),
      into: ['Conv', 'GlobalAveragePool', 'Conv', 'Clip', 'Mul', 'Conv'],
    },
  };
  test.each(Object.entries(cases))('%s', async (_, { model, into }) => {
    const { graph, report } = await world.apply('streamline', model);
    expect(operators(graph.nodes)).toEqual(into);
    expect(report.nodes.length).toBeGreaterThan(0);
    const inputs = feeds();
    expect(snrDb(await world.run(model, inputs), await world.run(graph.model, inputs))).toBeGreaterThan(110);
    await expectSound(world, graph);
  });
});

describe('what would change a value stays', () => {
  const stays: Record<string, ReturnType<typeof between>> = {
    'channels that fill no blocks': smallModel({
      nodes: [conv('x', 'w1', 'a'), ...bareGate(), conv('z', 'w2', 'y')],
      initializers: [weight('w1', [6, 3, 1, 1]), weight('w2', [8, 6, 3, 3]), ...constants],
      inputs: { x: [1, 3, 12, 12] },
      outputs: { y: [1, 8, 10, 10] },
    }),
    'a gate that is an output, too': between(bareGate(), constants, {
      outputs: { y: [1, 8, 10, 10], a6: [1, 16, 12, 12] },
    }),
    'a gate of another tensor': between(
      [
        makeNode('Sigmoid', ['a'], ['s'], { name: 's' }),
        makeNode('HardSigmoid', ['s'], ['g'], { name: 'g' }),
        makeNode('Mul', ['a', 'g'], ['z'], { name: 'm' }),
      ],
      [],
    ),
    'a constant before something else than a convolution': between(
      [makeNode('Add', ['a', 'b'], ['s'], { name: 's' }), makeNode('Reshape', ['s', 'shape'], ['z'], { name: 'r' })],
      [...constants, int64Tensor('shape', [1, 16, 12, 12])],
    ),
  };
  test.each(Object.entries(stays))('%s', async (_, model) => {
    const { graph, report } = await world.apply('streamline', model);
    expect(operators(graph.nodes)).toEqual(operators(model.graph!.node));
    expect(report.summary).toBe('None of the patterns is in the model; nothing changed.');
  });
});

test('PP-OCR detection keeps its answers with 24 activations and 8 residual gates rewritten', async () => {
  const normal = await world.apply('normalize', foreignModels.detection);
  const { graph, report } = await world.apply('streamline', normal.graph.model);
  expect(report.figures).toMatchObject({ activations: 24, residual_gates: 8 });
  const expected = await world.run(foreignModels.detection, [pageFeed()]);
  expect(snrDb(expected, await world.run(graph.model, [pageFeed()]))).toBeGreaterThan(100);
});
