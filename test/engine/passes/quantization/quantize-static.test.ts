import { beforeAll, describe, expect, test } from 'vitest';
import { largestIndex } from '../../../../main/engine/accuracy/metrics.ts';
import { openNpy } from '../../../../main/engine/accuracy/npy.ts';
import { DataType, makeNode } from '../../../../main/engine/onnx/proto.ts';
import type { ModelProto } from '../../../../main/engine/onnx/proto.ts';
import { tensorShape, tensorValues } from '../../../../main/engine/onnx/tensor.ts';
import { calibrationSource } from '../../../../main/engine/passes/calibration-source.ts';
import { passNamed } from '../../../../main/engine/passes/index.ts';
import type { CalibrationSource, Feeds } from '../../../../main/engine/passes/pass.ts';
import { checkOptions } from '../../../../main/engine/passes/resolve-recipe.ts';
import { digits, digitsImages, digitsLabels, starterModel } from '../../../fixtures/cells.ts';
import { optimizedOperators } from '../../../fixtures/optimized-operators.ts';
import { expectSound, feedsSource, foreignModels, passWorld, smallModel, snrDb } from '../../../fixtures/passes.ts';
import { floats, randomTensor } from '../../../fixtures/random-tensors.ts';
import { lineFeeds, pageFeed } from '../../../fixtures/text-lines/read-text-lines.ts';

const world = passWorld();
const normalized = async (model: ModelProto | string): Promise<ModelProto> =>
  (await world.apply('normalize', model)).graph.model;
const quantize = async (model: ModelProto, feeds: readonly Feeds[] | CalibrationSource, options = {}) =>
  world.apply('quantize-static', model, options, 'name' in feeds ? feeds : feedsSource(feeds as readonly Feeds[]));

describe('PP-OCR, whose weights stand in Constant nodes at opset 9 and 11', () => {
  test.each([
    { name: 'detection', convolutions: 62, feeds: [pageFeed()] },
    { name: 'direction', convolutions: 53, feeds: lineFeeds() },
  ] as const)('$name: ONNX Runtime fuses all $convolutions convolutions', async ({ name, convolutions, feeds }) => {
    const parent = await normalized(foreignModels[name]);
    const { graph, report } = await quantize(parent, feeds, { floatIslands: false, calibrationCount: 1 });
    const operators = await optimizedOperators(world, graph.model, 'all');
    expect([operators.get('QLinearConv'), operators.get('Conv')]).toEqual([convolutions, undefined]);
    expect(report.figures['nodes_quantized']).toBeGreaterThanOrEqual(convolutions);
    const warned = report.warnings.filter((warning) => warning.startsWith("The outputs are far from the parent's"));
    expect(warned).toHaveLength(Number(report.figures['snr_db']) < 10 ? 1 : 0);
  });

  test('by default, depthwise convolutions between float operators stay float, and it is said', async () => {
    const { report } = await quantize(await normalized(foreignModels.direction), lineFeeds(), { calibrationCount: 1 });
    const left = report.nodes.filter(({ reason }) => reason.startsWith('a depthwise convolution between float'));
    expect(left.length).toBeGreaterThan(0);
    expect(report.summary).toContain(`${54 - left.length} of 54 convolutions and products quantized`);
  });
});

describe.each(['digits-resnet', 'digits-mobilenet', 'digits-squeezenet'])('%s', (name) => {
  let parent: ModelProto;
  let feeds: Feeds[];
  let labels: number[];
  beforeAll(async () => {
    parent = await normalized(starterModel(name));
    const [images, truth] = await Promise.all([openNpy(digitsImages), openNpy(digitsLabels)]);
    const pixels = Float32Array.from((await images.readRows(0, images.rowCount)) as Uint8Array, (byte) => byte / 255);
    feeds = [{ image: { elementType: 'float32', shape: images.shape, values: pixels } }];
    labels = Array.from((await truth.readRows(0, truth.rowCount)) as BigInt64Array, Number);
    await Promise.all([images.close(), truth.close()]);
  });
  const correct = async (model: ModelProto): Promise<number> => {
    const { shape, values } = Object.values((await world.run(model, feeds))[0]!)[0]!;
    return labels.filter((label, row) => largestIndex(values, row * shape[1]!, shape[1]!) === label).length;
  };

  test('loses at most 0.3 points of top-1, and is fused whole', async () => {
    const source = await calibrationSource(digits, (await world.apply('normalize', parent)).graph);
    const { graph, report } = await quantize(parent, source, { calibrationCount: 30 });
    const operators = await optimizedOperators(world, graph.model, 'all');
    expect([operators.get('Conv'), operators.get('FusedConv')]).toEqual([undefined, undefined]);
    expect(await correct(graph.model)).toBeGreaterThanOrEqual((await correct(parent)) - labels.length * 0.003);
    expect(report.figures['snr_db']).toBeGreaterThan(25);
  });
});

test('what is inside subgraphs is left alone, and it is said', async () => {
  const { graph, report } = await quantize(await normalized(foreignModels.silero), []);
  expect(report.summary).toBe('Nothing to quantize: all operators are inside subgraphs.');
  expect(report.nodes.find(({ operator }) => operator === 'If')?.reason).toMatch(/^\d+ operators inside its subgraphs/);
  expect(graph.nodes.some(({ opType }) => opType === 'QuantizeLinear')).toBe(false);
});

/** Two convolutions with one bias between them, and two products with one transposed weight. */
const sharing = (): ModelProto =>
  smallModel({
    inputs: { x: ['batch', 4, 6, 6] },
    outputs: { y: ['batch', 5], z: ['batch', 5] },
    nodes: [
      makeNode('Conv', ['x', 'w1', 'b'], ['a'], { name: 'conv1', attributes: { pads: [1, 1, 1, 1] } }),
      makeNode('Relu', ['a'], ['a_relu'], { name: 'relu1' }),
      makeNode('Conv', ['a_relu', 'w2', 'b'], ['c'], { name: 'conv2', attributes: { pads: [1, 1, 1, 1] } }),
      makeNode('GlobalAveragePool', ['c'], ['pooled'], { name: 'pool' }),
      makeNode('Flatten', ['pooled'], ['flat'], { name: 'flatten' }),
      makeNode('Gemm', ['flat', 'shared'], ['y'], { name: 'head/first', attributes: { transB: 1 } }),
      makeNode('Sigmoid', ['flat'], ['gate'], { name: 'gate' }),
      makeNode('Gemm', ['gate', 'shared', 'row'], ['z'], { name: 'head/second', attributes: { transB: 1, beta: { float: 2 } } }),
    ],
    initializers: [
      ...[randomTensor('w1', [4, 4, 3, 3], 1), randomTensor('w2', [4, 4, 3, 3], 2), randomTensor('b', [4], 3)],
      ...[randomTensor('shared', [5, 4], 4), randomTensor('row', [5], 5)],
    ],
  }); // prettier-ignore
const images = Array.from({ length: 8 }, (_, seed) => ({ x: floats([1, 4, 6, 6], seed) }));

describe('weights and biases that several nodes share', () => {
  test.each([true, false])('keep 25 dB, per channel %s', async (perChannel) => {
    const model = sharing();
    const { graph } = await quantize(model, images, { perChannel });
    await expectSound(world, graph);
    expect(snrDb(await world.run(model, images), await world.run(graph.model, images))).toBeGreaterThan(25);
  });

  test('a bias is cut once for each node, by its own scales; a weight once', async () => {
    const { graph } = await quantize(sharing(), images);
    const stored = [...graph.initializers.values()];
    const biases = stored.filter(({ name, dataType }) => /^b_quantized/.test(name) && dataType === DataType.INT32);
    expect(biases.map(tensorShape)).toEqual([[4], [4]]);
    expect(tensorValues(biases[0]!)).not.toEqual(tensorValues(biases[1]!));
    expect(
      stored.filter(({ name, dataType }) => /^shared_quantized/.test(name) && dataType === DataType.INT8),
    ).toHaveLength(1);
    expect(['w1', 'w2', 'b', 'shared', 'row'].filter((name) => graph.initializers.has(name))).toEqual([]);
  });
});

describe('choices', () => {
  test.each([
    { exclude: ['conv2'], left: ['conv2'] },
    { exclude: ['Gemm'], left: ['head/first', 'head/second'] },
    { exclude: ['head/*'], left: ['head/first', 'head/second'] },
    { exclude: ['conv?'], left: ['conv1', 'conv2'] },
  ])('$exclude excludes $left', async ({ exclude, left }) => {
    const { graph, report } = await quantize(sharing(), images, { exclude });
    await expectSound(world, graph);
    const excluded = report.nodes.filter(({ reason }) => reason === `excluded by "${exclude[0]}"`);
    expect(excluded.map(({ node }) => node)).toEqual(left);
  });

  test.each([
    { activationType: 'uint8', weightType: 'int8', method: 'percentile' },
    { activationType: 'uint8', weightType: 'uint8', method: 'entropy' },
    { activationType: 'int8', weightType: 'int8', method: 'minmax', movingAverage: 0.01 },
    { activationType: 'int8', weightType: 'int8', method: 'minmax', symmetricActivations: true },
    { activationType: 'uint8', weightType: 'int8', method: 'minmax', reduceRange: 'on', perChannel: false },
    { activationType: 'uint8', weightType: 'int8', method: 'minmax', operators: ['Conv'] },
  ])('%o keeps 20 dB', async (options) => {
    const { graph } = await quantize(sharing(), images, { reduceRange: 'on', ...options });
    await expectSound(world, graph);
    expect(snrDb(await world.run(sharing(), images), await world.run(graph.model, images))).toBeGreaterThan(20);
  });

  const onCpu = (isa: readonly string[], options = {}) => {
    const pass = passNamed('quantize-static');
    return pass.resolveForCpu!(checkOptions(pass, options), isa);
  };
  test.each([
    { cpu: 'x86 without VNNI', isa: ['avx2'], reduceRange: 'on' },
    { cpu: 'x86 with VNNI', isa: ['avx2', 'avx512f', 'avx512_vnni'], reduceRange: 'off' },
    { cpu: 'ARM', isa: ['neon', 'dotprod'], reduceRange: 'off' },
  ])('on $cpu, auto means unsigned by signed, reduced range $reduceRange', ({ isa, reduceRange }) => {
    expect(onCpu(isa)).toMatchObject({ activationType: 'uint8', weightType: 'int8', reduceRange });
  });

  test.each([
    [{ activationType: 'int8', weightType: 'uint8' }, 'Signed activations with unsigned weights have no kernel'],
    [{ operators: ['LSTM'] }, 'Operator "LSTM" has no 8-bit form on the CPU; choose among Conv,'],
    [{ exclude: ['conv9'] }, 'Nothing in the model is called "conv9", so it can\'t be excluded'],
    [{ bins: 10 }, 'Option "bins" of pass "quantize-static" can\'t be used'],
    [{ metod: 'minmax' }, 'Pass "quantize-static" has no option "metod"; did you mean "method"?'],
  ])('%o is refused with one sentence', async (options, sentence) => {
    await expect(quantize(sharing(), images, options)).rejects.toThrow(sentence);
  });

  test('signed activations are warned of where they are slow', async () => {
    const { report } = await quantize(sharing(), images, { activationType: 'int8' });
    expect(report.warnings).toContain(
      'This CPU has no VNNI: int8 with signed activations is often slower than float32 here.',
    );
  });
});

describe('what can not be calibrated', () => {
  test('no data', async () => {
    await expect(world.apply('quantize-static', sharing())).rejects.toThrow(
      'Static quantization measures ranges; choose a dataset.',
    );
  });

  test('a dataset without examples', async () => {
    await expect(quantize(sharing(), [])).rejects.toThrow('Dataset "examples" gave no example to calibrate on.');
  });

  test('a model that makes NaN of the data, by the tensor', async () => {
    const model = smallModel({
      inputs: { x: [1, 4] },
      outputs: { y: [1, 4] },
      nodes: [
        makeNode('Log', ['x'], ['logs'], { name: 'log' }),
        makeNode('MatMul', ['logs', 'w'], ['y'], { name: 'w' }),
      ],
      initializers: [randomTensor('w', [4, 4], 1)],
    });
    await expect(quantize(model, [{ x: floats([1, 4], 1) }])).rejects.toThrow(
      'Tensor "logs" became NaN or infinite on the calibration data',
    );
  });

  test('a model that is quantized already', async () => {
    const { graph } = await quantize(sharing(), images);
    await expect(quantize(graph.model, images)).rejects.toThrow(
      'The model is quantized already (it has DequantizeLinear nodes); choose the model that it was made from.',
    );
  });
});
