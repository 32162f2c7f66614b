import { describe, expect, test } from 'vitest';
import type { ModelProto, NodeProto, TensorProto } from '../../../../main/engine/onnx/proto.ts';
import { makeNode } from '../../../../main/engine/onnx/proto.ts';
import { floatTensor, int64Tensor } from '../../../../main/engine/onnx/tensor.ts';
import { tensorInfoOf } from '../../../../main/engine/onnx/value-info.ts';
import { encodeModel } from '../../../../main/engine/onnx/write-model.ts';
import type { Feeds } from '../../../../main/engine/passes/pass.ts';
import { starterModel } from '../../../fixtures/cells.ts';
import { expectSound, passWorld, smallModel, snrDb, tensor } from '../../../fixtures/passes.ts';
import type { SmallModel } from '../../../fixtures/passes.ts';

const world = passWorld();
const random = (shape: readonly number[], seed: number): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => Math.sin(seed * 977 + index * 12.9898));
const weight = (name: string, shape: readonly number[], seed = 1): TensorProto =>
  floatTensor(name, random(shape, seed), shape);

interface Case extends SmallModel {
  /** Axis of the batch in the input. */
  readonly axis?: number;
  readonly options?: Readonly<Record<string, unknown>>;
}

const cases: Readonly<Record<string, Case>> = {
  'a flattening Reshape': {
    inputs: { x: [2, 3, 4] },
    outputs: { y: [2, 5] },
    nodes: [makeNode('Reshape', ['x', 'shape'], ['flat']), makeNode('MatMul', ['flat', 'w'], ['y'])],
    initializers: [int64Tensor('shape', [2, 12]), weight('w', [12, 5])],
  },
  'attention heads: the batch between reshapes and a transposition': {
    inputs: { x: [1, 6, 8] },
    outputs: { y: [1, 6, 8] },
    nodes: [
      makeNode('Reshape', ['x', 'split'], ['heads']),
      makeNode('Transpose', ['heads'], ['turned'], { attributes: { perm: [0, 2, 1, 3] } }),
      makeNode('Softmax', ['turned'], ['soft']),
      makeNode('Reshape', ['soft', 'together'], ['many']),
      makeNode('MatMul', ['many', 'w'], ['product']),
      makeNode('Reshape', ['product', 'apart'], ['back']),
      makeNode('Transpose', ['back'], ['returned'], { attributes: { perm: [0, 2, 1, 3] } }),
      makeNode('Reshape', ['returned', 'joined'], ['y']),
    ],
    initializers: [
      int64Tensor('split', [1, 6, 2, 4]),
      int64Tensor('together', [2, 6, 4]),
      int64Tensor('apart', [1, 2, 6, 4]),
      int64Tensor('joined', [1, 6, 8]),
      weight('w', [4, 4]),
    ],
  },
  'a target with a −1 already': {
    inputs: { x: [4, 6, 8] },
    outputs: { y: [4, 6, 8] },
    nodes: [
      makeNode('Relu', ['x'], ['r']),
      makeNode('Reshape', ['r', 'shape'], ['s']),
      makeNode('Reshape', ['s', 'back'], ['y']),
    ],
    initializers: [int64Tensor('shape', [4, -1]), int64Tensor('back', [4, 6, -1])],
  },
  'a class token beside the batch': {
    inputs: { x: [1, 3, 4] },
    outputs: { y: [1, 4, 4] },
    nodes: [
      makeNode('Concat', ['token', 'x'], ['joined'], { attributes: { axis: 1 } }),
      makeNode('Softmax', ['joined'], ['y']),
    ],
    initializers: [weight('token', [1, 1, 4])],
  },
  'an Expand to the batch': {
    inputs: { x: [3, 1, 4] },
    outputs: { y: [3, 5, 4] },
    nodes: [makeNode('Expand', ['x', 'shape'], ['wide']), makeNode('Mul', ['wide', 'w'], ['y'])],
    initializers: [int64Tensor('shape', [3, 5, 4]), weight('w', [5, 4])],
  },
  'a Resize to constant sizes': {
    inputs: { x: [1, 2, 4, 4] },
    outputs: { y: [1, 2, 8, 8] },
    nodes: [makeNode('Resize', ['x', '', '', 'sizes'], ['y'], { attributes: { mode: 'nearest' } })],
    initializers: [int64Tensor('sizes', [1, 2, 8, 8])],
  },
  'an LSTM with constant initial states': {
    inputs: { x: [5, 1, 3] },
    outputs: { y: [5, 1, 1, 4], h: [1, 1, 4] },
    axis: 1,
    options: { axes: ['x=1'] },
    nodes: [makeNode('LSTM', ['x', 'w', 'r', '', '', 'h0', 'c0'], ['y', 'h'], { attributes: { hidden_size: 4 } })],
    initializers: [
      weight('w', [1, 16, 3]),
      weight('r', [1, 16, 4], 2),
      weight('h0', [1, 1, 4], 3),
      weight('c0', [1, 1, 4], 4),
    ],
  },
};

const modelOf = (name: string): ModelProto => smallModel(cases[name]!);

/** Rows of an axis put after one another. */
function stack(parts: readonly Feeds[], name: string, axis: number): Feeds[string] {
  const { shape } = parts[0]![name]!;
  const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const values: number[] = [];
  for (let block = 0; block < outer; block += 1) {
    for (const part of parts) {
      const all = part[name]!.values as Float32Array;
      const chunk = all.length / outer;
      values.push(...all.subarray(block * chunk, (block + 1) * chunk));
    }
  }
  return tensor(
    shape.map((size, at) => (at === axis ? size * parts.length : size)),
    Float32Array.from(values),
  );
}

describe('any batch gives what its examples gave one by one', () => {
  test.each(Object.keys(cases))('%s', async (name) => {
    const { axis = 0, inputs, outputs, options } = cases[name]!;
    const model = modelOf(name);
    const { graph, report } = await world.apply('make-batch-dynamic', model, options);
    await expectSound(world, graph);
    const [input = ''] = Object.keys(inputs);
    const shape = inputs[input] as readonly number[];
    expect(tensorInfoOf(graph.inputs[0]!).shape?.[axis]).toBe('batch');
    const feeds = [1, 2, 3, 4].map((seed) => ({ [input]: tensor(shape, random(shape, seed)) }));
    const separate = await world.run(model, feeds);
    const together = await world.run(graph.model, [{ [input]: stack(feeds, input, axis) }]);
    const expected = Object.fromEntries(
      Object.entries(outputs).map(([output, sizes]) => {
        const at = (sizes as readonly number[]).length === 4 && axis === 1 ? 2 : axis;
        return [output, stack(separate, output, at)];
      }),
    );
    expect(snrDb([expected], together)).toBeGreaterThan(100);
    expect(report.figures).toMatchObject({
      batch_before: shape[axis],
      verified_batch: shape[axis] === 1 ? 3 : 2 * shape[axis]! - 1,
    });
    const again = await world.apply('make-batch-dynamic', model, options);
    expect(Buffer.compare(encodeModel(again.graph.model), encodeModel(graph.model))).toBe(0);
  });

  test.each(['digits-resnet', 'digits-mobilenet', 'digits-squeezenet'])(
    '%s, fixed to a batch of 2 and freed again',
    async (name) => {
      const path = starterModel(name);
      const fixed = await world.apply('fix-shapes', path, { batch: 2 });
      expect(tensorInfoOf(fixed.graph.inputs[0]!).shape).toEqual([2, 1, 28, 28]);
      expect(tensorInfoOf(fixed.graph.outputs[0]!).shape).toEqual([2, 10]);
      await expectSound(world, fixed.graph);
      const image = { image: tensor([5, 1, 28, 28], random([5, 1, 28, 28], 3)) };
      await expect(world.run(fixed.graph.model, [image])).rejects.toThrow(/dimension|shape|size/i);
      const { graph } = await world.apply('make-batch-dynamic', fixed.graph.model);
      expect(snrDb(await world.run(path, [image]), await world.run(graph.model, [image]))).toBeGreaterThan(100);
    },
  );
});

const oneNode = (node: NodeProto, extra: Partial<SmallModel> = {}): ModelProto =>
  smallModel({ inputs: { x: [2, 4] }, outputs: { y: [2, 4] }, nodes: [node], ...extra });

describe('what can not be done is refused with one sentence', () => {
  test('a batch that is dynamic already', async () => {
    await expect(world.apply('make-batch-dynamic', starterModel('digits-resnet'))).rejects.toThrow(
      'The batch of the model is dynamic already; use it as it is.',
    );
  });

  test('examples that depend on each other', async () => {
    const model = oneNode(makeNode('Softmax', ['x'], ['y'], { attributes: { axis: 0 } }));
    await expect(world.apply('make-batch-dynamic', model)).rejects.toThrow(
      /^The batch can't be made dynamic: in a trial run output "y" differs by .* of its largest value; export the model with a dynamic batch\.$/,
    );
  });

  test('one row of weights for each example', async () => {
    const model = oneNode(makeNode('Mul', ['x', 'rows'], ['y']), { initializers: [weight('rows', [2, 4])] });
    await expect(world.apply('make-batch-dynamic', model)).rejects.toThrow(
      /^The batch can't be made dynamic: .*; export the model with a dynamic batch\.$/,
    );
  });

  test('an output without a batch', async () => {
    const model = oneNode(makeNode('ReduceSum', ['x', 'axes'], ['y'], { attributes: { keepdims: 0 } }), {
      outputs: { y: [4] },
      initializers: [int64Tensor('axes', [0])],
    });
    await expect(world.apply('make-batch-dynamic', model)).rejects.toThrow('output "y" does not grow with the batch');
  });

  test('an axis written wrong', async () => {
    const model = oneNode(makeNode('Relu', ['x'], ['y']));
    await expect(world.apply('make-batch-dynamic', model, { axes: ['x:1'] })).rejects.toThrow(
      '"x:1" can\'t be used as an axis; write input=axis, such as state=1, or input=none.',
    );
    await expect(world.apply('make-batch-dynamic', model, { axes: ['z=1'] })).rejects.toThrow(
      'The model has no input "z"',
    );
    await expect(world.apply('make-batch-dynamic', model, { axes: ['x=none'] })).rejects.toThrow(
      'has a batch dimension',
    );
  });
});

test('without verification the report says so', async () => {
  const { report } = await world.apply('make-batch-dynamic', oneNode(makeNode('Relu', ['x'], ['y'])), {
    verify: false,
  });
  expect(report.warnings).toEqual(['The result was not verified by running, because verify is off.']);
});
