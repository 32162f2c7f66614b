import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataType, makeNode } from '../../../../main/engine/onnx/proto.ts';
import type { ModelProto, NodeProto, TensorProto } from '../../../../main/engine/onnx/proto.ts';
import { floatTensor, int64Tensor, makeTensor } from '../../../../main/engine/onnx/tensor.ts';
import { encodeModel } from '../../../../main/engine/onnx/write-model.ts';
import type { Feeds } from '../../../../main/engine/passes/pass.ts';
import { starterModel } from '../../../fixtures/cells.ts';
import { expectSound, foreignModels, passWorld, smallModel, snrDb, tensor } from '../../../fixtures/passes.ts';
import { lineFeeds, pageFeed } from '../../../fixtures/text-lines/read-text-lines.ts';

const world = passWorld();
const operators = (nodes: readonly NodeProto[]): string[] => nodes.map(({ opType }) => opType);
const random = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(seed * 977 + index * 12.9898) * 0.9 + 0.05);
const constant = (name: string, value: TensorProto): NodeProto =>
  makeNode('Constant', [], [name], { attributes: { value: { tensor: value } } });

describe('real models', () => {
  test.each([
    ['digits-resnet', starterModel('digits-resnet'), [{ image: tensor([2, 1, 28, 28], random(1568, 1)) }]],
    ['digits-mobilenet', starterModel('digits-mobilenet'), [{ image: tensor([2, 1, 28, 28], random(1568, 2)) }]],
    ['digits-squeezenet', starterModel('digits-squeezenet'), [{ image: tensor([2, 1, 28, 28], random(1568, 3)) }]],
    ['PP-OCR detection', foreignModels.detection, [pageFeed()]],
    ['PP-OCR recognition', foreignModels.recognition, lineFeeds()],
    ['PP-OCR direction', foreignModels.direction, lineFeeds()],
  ] as [string, string, Feeds[]][])(
    '%s computes the same, without constants, identities and scales',
    async (_, path, feeds) => {
      const { graph, report } = await world.apply('normalize', path);
      await expectSound(world, graph);
      const left = new Set(operators(graph.nodes));
      expect([...left].filter((operator) => ['Constant', 'Identity'].includes(operator))).toEqual([]);
      expect(graph.nodes.every(({ name }) => name !== '')).toBe(true);
      expect(snrDb(await world.run(path, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(90);
      expect(report.nodes.length).toBeGreaterThan(0);
      const again = await world.apply('normalize', graph.model);
      expect(again.report.summary).toBe('The graph was in normal form already; nothing changed.');
      expect(Buffer.compare(encodeModel(again.graph.model), encodeModel(graph.model))).toBe(0);
      expect(
        Buffer.compare(encodeModel((await world.apply('normalize', path)).graph.model), encodeModel(graph.model)),
      ).toBe(0);
    },
  );

  test('all batch normalizations of the starter models are folded', async () => {
    for (const [name, count] of [
      ['digits-resnet', 15],
      ['digits-mobilenet', 22],
      ['digits-squeezenet', 16],
    ] as const) {
      const { graph, report } = await world.apply('normalize', starterModel(name));
      expect(operators(graph.nodes)).not.toContain('BatchNormalization');
      expect(report.figures['nodes_folded_scale']).toBe(count);
    }
  });

  test('a model that is one subgraph is left as it is inside', async () => {
    const { graph } = await world.apply('normalize', foreignModels.silero);
    await expectSound(world, graph);
    expect(operators(graph.nodes)).toContain('If');
  });
});

interface ScaleCase {
  readonly transposed: boolean;
  readonly groups: number;
  readonly perGroup: number;
  readonly withBias: boolean;
  readonly steps: readonly ('norm' | 'Mul' | 'Div' | 'Add' | 'Sub')[];
}

/** Conv or ConvTranspose, 2·groups channels in, perGroup·groups out, then the steps. */
function scaledConvolution({ transposed, groups, perGroup, withBias, steps }: ScaleCase): ModelProto {
  const [inputs, outputs] = [2 * groups, perGroup * groups];
  const shape = transposed ? [inputs, perGroup, 3, 3] : [outputs, 2, 3, 3];
  const initializers = [
    floatTensor(
      'w',
      random(
        shape.reduce((a, b) => a * b, 1),
        5,
      ),
      shape,
    ),
    floatTensor('b', random(outputs, 6)),
  ];
  const nodes = [
    makeNode(transposed ? 'ConvTranspose' : 'Conv', withBias ? ['x', 'w', 'b'] : ['x', 'w'], ['t0'], {
      name: 'conv',
      attributes: { group: groups },
    }),
  ];
  steps.forEach((step, index) => {
    const [from, to] = [`t${index}`, index === steps.length - 1 ? 'y' : `t${index + 1}`];
    if (step === 'norm') {
      const parts = ['gamma', 'beta', 'mean', 'variance'].map((part) => `${part}${index}`);
      parts.forEach((part, at) =>
        initializers.push(
          floatTensor(part, random(outputs, index * 4 + at).map(at === 3 ? Math.abs : (value) => value)),
        ),
      );
      nodes.push(
        makeNode('BatchNormalization', [from, ...parts], [to], {
          name: `n${index}`,
          attributes: { epsilon: { float: 1e-3 } },
        }),
      );
    } else {
      const sizes = index % 2 === 0 ? [outputs, 1, 1] : [1];
      initializers.push(
        floatTensor(
          `c${index}`,
          random(sizes[0]!, index + 20).map((value) => value + 1.5),
          sizes,
        ),
      );
      nodes.push(makeNode(step, [from, `c${index}`], [to], { name: `n${index}` }));
    }
  });
  return smallModel({
    nodes,
    initializers,
    inputs: { x: [1, inputs, 6, 6] },
    outputs: { y: [1, outputs, null, null] },
  });
}

test('scales fold into any convolution, grouped or transposed, with any chain of constants', async () => {
  const scaleCase = fc.record({
    transposed: fc.boolean(),
    groups: fc.constantFrom(1, 2, 4),
    perGroup: fc.integer({ min: 1, max: 3 }),
    withBias: fc.boolean(),
    steps: fc.array(fc.constantFrom('norm', 'Mul', 'Div', 'Add', 'Sub'), { minLength: 1, maxLength: 4 }),
  }) as fc.Arbitrary<ScaleCase>;
  await fc.assert(
    fc.asyncProperty(scaleCase, async (parts) => {
      const model = scaledConvolution(parts);
      const { graph, report } = await world.apply('normalize', model);
      expect(operators(graph.nodes)).toEqual([parts.transposed ? 'ConvTranspose' : 'Conv']);
      expect(report.figures['nodes_folded_scale']).toBe(parts.steps.length);
      const feeds = [{ x: tensor([1, 2 * parts.groups, 6, 6], random(72 * parts.groups, 9)) }];
      const options = { graphOptimization: 'disabled' } as const;
      expect(
        snrDb(await world.run(model, feeds, options), await world.run(graph.model, feeds, options)),
      ).toBeGreaterThan(100);
    }),
    { numRuns: 60 },
  );
});

test('a scale stays where folding would change something else, and the reason is told', async () => {
  const model = smallModel({
    inputs: { x: [1, 2, 4, 4] },
    outputs: { y: [1, 2, 4, 4], raw: [1, 2, 4, 4], wide: [1, 2, 4, 4] },
    nodes: [
      makeNode('Conv', ['x', 'w'], ['raw'], { name: 'seen' }),
      makeNode('BatchNormalization', ['raw', 'g', 'g', 'g', 'v'], ['y'], { name: 'norm' }),
      makeNode('Conv', ['x', 'w'], ['inner'], { name: 'hidden' }),
      // Varies along the width: no scale of a channel.
      makeNode('Mul', ['inner', 'row'], ['wide'], { name: 'row_scale' }),
    ],
    initializers: [
      floatTensor('w', random(4, 1), [2, 2, 1, 1]),
      floatTensor('g', [1, 2]),
      floatTensor('v', [1, 3]),
      floatTensor('row', [1, 2, 3, 4]),
    ],
  });
  const { graph, report } = await world.apply('normalize', model);
  expect(operators(graph.nodes).sort()).toEqual(['BatchNormalization', 'Conv', 'Conv', 'Mul']);
  expect(report.nodes).toContainEqual({
    node: 'norm',
    operator: 'BatchNormalization',
    outcome: 'left alone',
    reason: "the convolution's output is read elsewhere too",
  });
});

test('a weight that another node reads too keeps its values for that node', async () => {
  const model = smallModel({
    inputs: { x: [1, 2, 4, 4] },
    outputs: { y: [1, 2, 4, 4], z: [1, 2, 4, 4] },
    nodes: [
      makeNode('Conv', ['x', 'w'], ['a'], { name: 'first' }),
      makeNode('Mul', ['a', 'two'], ['y'], { name: 'double' }),
      makeNode('Conv', ['x', 'w'], ['z'], { name: 'second' }),
    ],
    initializers: [floatTensor('w', random(4, 1), [2, 2, 1, 1]), floatTensor('two', [2], [])],
  });
  const { graph } = await world.apply('normalize', model);
  const feeds = [{ x: tensor([1, 2, 4, 4], random(32, 3)) }];
  expect(operators(graph.nodes)).toEqual(['Conv', 'Conv']);
  expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBeGreaterThan(120);
});

test('what depends on constants only is computed ahead, but a small recipe of a large tensor is kept', async () => {
  const model = smallModel({
    inputs: { x: [64, 1024] },
    outputs: { y: [64, 1024], z: [64, 1024] },
    nodes: [
      constant('c', floatTensor('', [2])),
      constant('d', floatTensor('', [3])),
      makeNode('Mul', ['c', 'd'], ['six'], { name: 'multiply' }),
      makeNode('Expand', ['six', 'shape'], ['large'], { name: 'grow' }),
      makeNode('Mul', ['x', 'six'], ['m'], { name: 'use' }),
      makeNode('Identity', ['m'], ['y'], { name: 'same' }),
      makeNode('Add', ['x', 'large'], ['z'], { name: 'use_large' }),
      makeNode('Neg', ['x'], ['unread'], { name: 'dead' }),
    ],
    initializers: [int64Tensor('shape', [64, 1024])],
  });
  const { graph, report } = await world.apply('normalize', model);
  expect(graph.nodes.map(({ name }) => name)).toEqual(['grow', 'use', 'use_large']);
  expect(report.nodes).toContainEqual({
    node: 'grow',
    operator: 'Expand',
    outcome: 'left alone',
    reason: 'its result, 262 kB, is larger than what it is computed from',
  });
  const feeds = [{ x: tensor([64, 1024], random(65_536, 3)) }];
  expect(snrDb(await world.run(model, feeds), await world.run(graph.model, feeds))).toBe(Infinity);
});

test('an old model whose weights are graph inputs is raised to IR 4, where they are constants', async () => {
  const model = smallModel({
    irVersion: 3,
    opset: 9,
    inputs: { x: [1, 4], w: [4] },
    outputs: { y: [1, 4] },
    nodes: [makeNode('Mul', ['x', 'w'], ['y'])],
    initializers: [floatTensor('w', [1, 2, 3, 4])],
  });
  const { graph } = await world.apply('normalize', model);
  expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
  expect(graph.nodes.map(({ name }) => name)).toEqual(['Mul_0']);
  await expectSound(world, graph);
});

test('random operators and quantized weights are not computed ahead', async () => {
  const model = smallModel({
    inputs: { x: [4] },
    outputs: { y: [4], r: [4] },
    nodes: [
      makeNode('DequantizeLinear', ['q', 's', 'z'], ['w'], { name: 'dequantize' }),
      makeNode('Mul', ['x', 'w'], ['y'], { name: 'use' }),
      makeNode('RandomUniformLike', ['f'], ['noise'], { name: 'noise' }),
      makeNode('Add', ['x', 'noise'], ['r'], { name: 'add' }),
    ],
    initializers: [
      makeTensor('q', DataType.UINT8, [4], Uint8Array.of(1, 2, 3, 4)),
      floatTensor('s', [0.5], []),
      makeTensor('z', DataType.UINT8, [], Uint8Array.of(0)),
      floatTensor('f', [1, 2, 3, 4]),
    ],
  });
  const { graph } = await world.apply('normalize', model);
  expect(graph.nodes.map(({ name }) => name)).toEqual(['dequantize', 'use', 'noise', 'add']);
});
