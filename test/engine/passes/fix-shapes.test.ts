import { expect, test } from 'vitest';
import { makeNode } from '../../../main/engine/onnx/proto.ts';
import { tensorInfoOf } from '../../../main/engine/onnx/value-info.ts';
import { starterModel } from '../../fixtures/cells.ts';
import { expectSound, foreignModels, passWorld, smallModel } from '../../fixtures/passes.ts';

const world = passWorld();

test('a foreign model gets the shapes that are stated', async () => {
  const { graph, report } = await world.apply('fix-shapes', foreignModels.recognition, { sizes: ['x=1x3x48x320'] });
  expect(tensorInfoOf(graph.inputs[0]!).shape).toEqual([1, 3, 48, 320]);
  expect(tensorInfoOf(graph.outputs[0]!).shape).toEqual([1, 40, 6625]);
  expect(report.warnings).toEqual([]);
  await expectSound(world, graph);
});

test('sizes that nobody stated stay dynamic, and it is said', async () => {
  const { report } = await world.apply('fix-shapes', foreignModels.recognition, {
    sizes: ['p2o.DynamicDimension.0=1'],
  });
  expect(report.warnings).toEqual(['1 size of the inputs is still dynamic; state it with sizes.']);
});

test.each([
  [
    'batch:4',
    `"batch:4" can't be used as a size; write symbol=number, such as batch=4, or input=shape, such as image=1x3x224x224, with sizes of 1 and more.`,
  ],
  ['bach=4', 'The model has no input or dynamic size "bach"; did you mean "batch"?'],
  ['image=1x28x28', 'Input "image" can\'t have the shape [1, 28, 28]; the model declares [batch, 1, 28, 28].'],
  ['image=1x3x28x28', 'Input "image" can\'t have the shape [1, 3, 28, 28]; the model declares [batch, 1, 28, 28].'],
  ['batch=0', '"batch=0" can\'t be used as a size'],
  ['batch=4x4', '"batch=4x4" can\'t be used: "batch" is one size; write one number, such as batch=4.'],
])('%s is refused with one sentence', async (size, sentence) => {
  await expect(world.apply('fix-shapes', starterModel('digits-resnet'), { sizes: [size] })).rejects.toThrow(sentence);
});

test('a size that depends on the data stays open', async () => {
  const model = smallModel({
    inputs: { x: ['n'] },
    outputs: { y: { type: 'int64', shape: [1, 'found'] } },
    nodes: [makeNode('NonZero', ['x'], ['y'])],
  });
  const { graph } = await world.apply('fix-shapes', model, { sizes: ['n=8'] });
  expect(tensorInfoOf(graph.inputs[0]!).shape).toEqual([8]);
  expect(typeof tensorInfoOf(graph.outputs[0]!).shape?.[1]).not.toBe('number');
});
