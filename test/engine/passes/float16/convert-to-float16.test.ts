import { describe, expect, test } from 'vitest';
import { largestIndex } from '../../../../main/engine/accuracy/metrics.ts';
import { openNpy } from '../../../../main/engine/accuracy/npy.ts';
import type { Graph } from '../../../../main/engine/graph/graph.ts';
import { makeNode } from '../../../../main/engine/onnx/proto.ts';
import { floatTensor, int64Tensor } from '../../../../main/engine/onnx/tensor.ts';
import { tensorInfoOf } from '../../../../main/engine/onnx/value-info.ts';
import { encodeModel } from '../../../../main/engine/onnx/write-model.ts';
import type { TensorValues } from '../../../../main/engine/ports.ts';
import { digitsImages, digitsLabels, starterModel } from '../../../fixtures/cells.ts';
import {
  expectSound,
  feedsSource,
  foreignModels,
  passWorld,
  smallModel,
  snrDb,
  tensor,
} from '../../../fixtures/passes.ts';
import { lineFeeds, lineTexts, pageFeed, readText } from '../../../fixtures/text-lines/read-text-lines.ts';

const world = passWorld();

/** All of a NumPy file. */
async function readNpy(path: string): Promise<{ readonly shape: readonly number[]; readonly values: TensorValues }> {
  const file = await openNpy(path);
  try {
    return { shape: file.shape, values: await file.readRows(0, file.rowCount) };
  } finally {
    await file.close();
  }
}

const fp16 = async (path: string, options: Record<string, unknown> = {}) => {
  const normal = await world.apply('normalize', path);
  return world.apply('convert-to-float16', normal.graph.model, options);
};

describe('PP-OCR', () => {
  test('detection finds the same text on a page, at 48 dB or better', async () => {
    // Rounding its weights alone gives 49 dB here, whoever does it; the reference's conversion, which clamps statistics, 5 dB.
    const { graph, report } = await fp16(foreignModels.detection);
    const before = await world.run(foreignModels.detection, [pageFeed()]);
    const after = await world.run(graph.model, [pageFeed()]);
    expect(snrDb(before, after)).toBeGreaterThan(48);
    const map = ([outputs]: typeof before) =>
      [...(Object.values(outputs!)[0]!.values as Float32Array)].map((value) => value > 0.3);
    const [found, foundAfter] = [map(before), map(after)];
    expect(found.filter(Boolean).length / found.length).toBeGreaterThan(0.1);
    expect(found.filter((text, at) => text !== foundAfter[at]).length / found.length).toBeLessThan(0.001);
    expect(report.warnings.join()).toContain('no float16 arithmetic');
  });

  test('detection that was not normalized keeps statistics that float16 can not hold in float32', async () => {
    const { graph, report } = await world.apply('convert-to-float16', foreignModels.detection);
    await expectSound(world, graph);
    expect(report.nodes.filter(({ reason }) => reason.includes('its statistics')).length).toBeGreaterThan(0);
    const before = await world.run(foreignModels.detection, [pageFeed()]);
    expect(snrDb(before, await world.run(graph.model, [pageFeed()]))).toBeGreaterThan(40);
  });

  test('recognition reads the same text', async () => {
    const { graph } = await fp16(foreignModels.recognition);
    const before = await world.run(foreignModels.recognition, lineFeeds());
    const after = await world.run(graph.model, lineFeeds());
    const text = (outputs: typeof before) => outputs.map((output) => readText(Object.values(output)[0]!).trim());
    expect(text(before)).toEqual(lineTexts);
    expect(text(after)).toEqual(lineTexts);
    // Where two letters are almost as likely, rounding the weights alone moves a softmax far: 21 to 60 dB a line.
    expect(snrDb(before, after)).toBeGreaterThan(25);
  });

  test('direction keeps 50 dB', async () => {
    const { graph } = await fp16(foreignModels.direction);
    await expectSound(world, graph);
    const before = await world.run(foreignModels.direction, lineFeeds());
    expect(snrDb(before, await world.run(graph.model, lineFeeds()))).toBeGreaterThan(50);
  });
});

test.each(['digits-resnet', 'digits-mobilenet', 'digits-squeezenet'])(
  '%s loses at most 0.1 points of top-1 on the test images',
  async (name) => {
    const [images, labels] = await Promise.all([digitsImages, digitsLabels].map((path) => readNpy(path)));
    const pixels = Float32Array.from(images!.values as Uint8Array, (value) => value / 255);
    const feed = { image: tensor(images!.shape, pixels) };
    const { graph } = await fp16(starterModel(name));
    const correct = async (model: Parameters<typeof world.run>[0]): Promise<number> => {
      const [output] = await world.run(model, [feed]);
      const { shape, values } = Object.values(output!)[0]!;
      const classes = shape[1]!;
      return [...(labels!.values as BigInt64Array)].filter(
        (label, row) => largestIndex(values, row * classes, classes) === Number(label),
      ).length;
    };
    const [before, after] = [await correct(starterModel(name)), await correct(graph.model)];
    expect(before).toBeGreaterThan(950);
    expect(before - after).toBeLessThanOrEqual(1);
  },
);

test('the same model gives the same bytes', async () => {
  const bytes = async () => encodeModel((await fp16(starterModel('digits-mobilenet'))).graph.model);
  expect(Buffer.compare(await bytes(), await bytes())).toBe(0);
});

test('inputs and outputs stay float32, or are converted on request', async () => {
  const types = ({ inputs, outputs }: Graph) => [...inputs, ...outputs].map((info) => tensorInfoOf(info).elementType);
  expect(types((await fp16(starterModel('digits-squeezenet'))).graph)).toEqual(['float32', 'float32']);
  const { graph } = await fp16(starterModel('digits-squeezenet'), { keepInterface: false });
  expect(types(graph)).toEqual(['float16', 'float16']);
  expect(graph.nodes.filter(({ opType }) => opType === 'Cast')).toEqual([]);
  await expectSound(world, graph);
});

test('a tensor that several float16 nodes read is cast once, and kept operators stay float32', async () => {
  const model = smallModel({
    inputs: { x: [1, 8] },
    outputs: { a: [1, 8], b: [1, 8], top: [1, 2] },
    nodes: [
      makeNode('Relu', ['x'], ['a'], { name: 'first' }),
      makeNode('Mul', ['x', 'w'], ['scaled'], { name: 'second' }),
      makeNode('Add', ['scaled', 'a'], ['b'], { name: 'third' }),
      makeNode('TopK', ['scaled', 'k'], ['top', 'places'], { name: 'best' }),
    ],
    initializers: [floatTensor('w', [1, 2, 3, 4, 5, 6, 7, 8]), int64Tensor('k', [2])],
  });
  const { graph, report } = await world.apply('convert-to-float16', model);
  await expectSound(world, graph);
  expect(graph.consumersOf('x').map(({ opType }) => opType)).toEqual(['Cast']);
  expect(report.nodes.find(({ node }) => node === 'best')).toMatchObject({ outcome: 'left alone', operator: 'TopK' });
  const feed = { x: tensor([1, 8], Float32Array.of(1, -2, 3, -4, 5, -6, 7, -8)) };
  expect(await world.run(graph.model, [feed])).toEqual(await world.run(model, [feed]));
});

test('a model whose activations overflow float16 is told by real data', async () => {
  const model = smallModel({
    inputs: { x: ['batch', 4] },
    outputs: { y: ['batch', 4] },
    nodes: [
      makeNode('Mul', ['x', 'large'], ['m'], { name: 'm' }),
      makeNode('Mul', ['m', 'small'], ['y'], { name: 'y' }),
    ],
    initializers: [floatTensor('large', [60_000], []), floatTensor('small', [0.001], [])],
  });
  const source = feedsSource([{ x: tensor([1, 4], Float32Array.of(0.5, 1, 2, 4)) }]);
  const { report } = await world.apply('convert-to-float16', model, {}, source);
  expect(report.figures).toMatchObject({ examples_checked: 1, tensors_overflowing: 1 });
  expect(report.warnings[0]).toMatch(
    /^On real data 1 tensor goes beyond ±65504 \(up to 2\.4e\+5 in "m"\).*keepNodes: m\)\.$/,
  );
  const kept = await world
    .apply('convert-to-float16', model, { keepNodes: ['m', 'y'], keepOperators: [] }, source)
    .catch((error: Error) => error.message);
  expect(kept).toContain('all its operators must stay float32');
});

test('weights beyond the range are clamped, and it is said', async () => {
  const model = smallModel({
    inputs: { x: [2] },
    outputs: { y: [2] },
    nodes: [makeNode('Add', ['x', 'w'], ['y'], { name: 'add' })],
    initializers: [floatTensor('w', [1e6, 1e-9])],
  });
  const { report } = await world.apply('convert-to-float16', model);
  expect(report.figures).toMatchObject({ weights_clamped: 1, weights_raised: 1 });
  expect(report.warnings[0]).toBe('1 weight beyond ±65504 was clamped to it.');
});

test.each([
  [
    'all inside a subgraph',
    foreignModels.silero,
    {},
    /nothing to convert to float16 in the model: all its arithmetic is inside subgraphs/,
  ],
  [
    'unknown node',
    starterModel('digits-resnet'),
    { keepNodes: ['conv_99'] },
    /has no node "conv_99" to keep in float32/,
  ],
  ['unknown operator', starterModel('digits-resnet'), { keepOperators: ['Softmx'] }, /has no operator "Softmx"/],
])('refuses with one sentence: %s', async (_, path, options, sentence) => {
  await expect(world.apply('convert-to-float16', path, options)).rejects.toThrow(sentence);
});

test('a model converted already is refused', async () => {
  const { graph } = await fp16(starterModel('digits-squeezenet'), { keepInterface: false });
  await expect(world.apply('convert-to-float16', graph.model)).rejects.toThrow(
    'it may have been converted or quantized already',
  );
});
