import { create } from '@bufbuild/protobuf';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelInspection } from '../../../shared/model.ts';
import {
  AttributeProtoSchema,
  AttributeType,
  DataLocation,
  DataType,
  NodeProtoSchema,
  TensorProtoSchema,
  makeNode,
  patch,
} from '../../../main/engine/onnx/proto.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from '../../../main/engine/onnx/proto.ts';
import { floatTensor, int64Tensor, makeTensor } from '../../../main/engine/onnx/tensor.ts';
import {
  builtGraph,
  builtModel,
  externalWeights,
  floats,
  productModel,
  weightBytes,
  writeBuilt,
} from '../../fixtures/built-models.ts';
import { realModels, sourceJobs } from '../../fixtures/real-models.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

const jobs = sourceJobs();
const inspect = (path: string): Promise<ModelInspection> => jobs.run('inspect-model', { path });
const inspectBuilt = (
  model: ModelProto,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<ModelInspection> => {
  const path = writeBuilt(join(temporaryFolder(), 'model.onnx'), model);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(path, '..', name), bytes);
  return inspect(path);
};
const macsBy = ({ operators }: ModelInspection): Record<string, number | null> =>
  Object.fromEntries(operators.filter(({ macs }) => macs !== 0).map(({ operator, macs }) => [operator, macs]));

const root = join(import.meta.dirname, '../../..');
const oracle = JSON.parse(readFileSync(join(root, 'test/fixtures/macs/onnx-tool.json'), 'utf8')) as Record<
  string,
  Record<string, number>
>;

describe('multiply-accumulates of real models', () => {
  test.each(Object.values(realModels).filter((path) => relative(root, path) in oracle))(
    '%s: as onnx-tool counts',
    async (path) => {
      const { ConvTranspose: _, ...counted } = macsBy(await inspect(path));
      expect(counted).toEqual(oracle[relative(root, path)]);
    },
  );

  test('of a transposed convolution: every input element meets every weight of its channel', async () => {
    // The detection model's head: [1, 24, 56, 56] × [24, 24, 2, 2], then [1, 24, 112, 112] × [24, 1, 2, 2].
    const { ConvTranspose } = macsBy(await inspect(realModels.detection));
    expect(ConvTranspose).toBe(56 * 56 * 24 * 24 * 4 + 112 * 112 * 24 * 1 * 4);
  });

  test('of silero, where everything is inside an If: from its architecture, at 16 kHz', async () => {
    const inspection = await inspect(realModels.silero);
    // Short-time Fourier transform, four encoder convolutions, one output convolution; an LSTM of 128 cells, one step.
    const convolutions = 258 * 256 * 3 + 128 * 129 * 3 * 3 + 64 * 128 * 3 * 2 + 64 * 64 * 3 + 128 * 64 * 3 + 128;
    expect(macsBy(inspection)).toEqual({ Conv: convolutions, LSTM: 4 * 128 * (128 + 128) });
    expect(inspection.macs).toBe(convolutions + 131_072);
    expect(inspection.macsShapes).toEqual({ input: [1, 512], state: [2, 1, 128], sr: [] });
    expect(inspection.operators.find(({ operator }) => operator === 'LSTM')).toMatchObject({
      count: 4,
      inSubgraphs: 4,
    });
    expect(inspection.notes.join(' ')).toMatch(/a branch that can not run at these sizes is left out/);
  });
});

/** A residual network as torchvision builds it, batch normalization folded; weights are a sparse file of zeros. */
function resnet18(folder: string): string {
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  let end = 0;
  const weight = (dims: readonly number[]): string => {
    const name = `w${initializers.length}`;
    const entries = { location: 'weights.bin', offset: String(end) };
    initializers.push(
      create(TensorProtoSchema, {
        name,
        dataType: DataType.FLOAT,
        dims: dims.map(BigInt),
        dataLocation: DataLocation.EXTERNAL,
        externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
      }),
    );
    end += dims.reduce((product, size) => product * size, 4);
    return name;
  };
  const add = (opType: string, inputs: string[], attributes: Parameters<typeof makeNode>[3] = {}): string => {
    nodes.push(makeNode(opType, inputs, [`t${nodes.length}`], attributes));
    return `t${nodes.length - 1}`;
  };
  const conv = (from: string, [inputs, outputs]: readonly [number, number], kernel: number, stride: number): string => {
    const pads = Array<number>(4).fill((kernel - 1) / 2);
    return add('Conv', [from, weight([outputs, inputs, kernel, kernel]), weight([outputs])], {
      attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads },
    });
  };
  let at = add('Relu', [conv('image', [3, 64], 7, 2)]);
  at = add('MaxPool', [at], { attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } });
  let channels = 64;
  for (const width of [64, 128, 256, 512]) {
    for (const block of [0, 1]) {
      const stride = block === 0 && width > 64 ? 2 : 1;
      const inner = conv(add('Relu', [conv(at, [channels, width], 3, stride)]), [width, width], 3, 1);
      const shortcut = stride === 1 ? at : conv(at, [channels, width], 1, stride);
      at = add('Relu', [add('Add', [inner, shortcut])]);
      channels = width;
    }
  }
  const pooled = add('Flatten', [add('GlobalAveragePool', [at])]);
  nodes.push(
    makeNode('Gemm', [pooled, weight([1000, 512]), weight([1000])], ['scores'], { attributes: { transB: 1 } }),
  );
  writeFileSync(join(folder, 'weights.bin'), '');
  truncateSync(join(folder, 'weights.bin'), end);
  const inputs = [floats('image', ['batch', 3, 'height', 'width'])];
  return writeBuilt(
    join(folder, 'resnet18.onnx'),
    builtModel({ nodes, initializers, inputs, outputs: [floats('scores', null)] }),
  );
}

test('ResNet-18 has the operations and parameters that torchvision publishes', async () => {
  const inspection = await inspect(resnet18(temporaryFolder()));
  // torchvision.models.ResNet18_Weights: _ops 1.814 (10^9), num_params 11,689,512, of which 4,800 are scales that folding removes.
  expect(Math.round(inspection.macs! / 1e6)).toBe(1_814);
  expect(inspection.parameterCount).toBe(11_689_512 - 4_800);
  expect(inspection.macsShapes).toEqual({ image: [1, 3, 224, 224] });
  expect(inspection.externalDataBytes).toBe(4 * inspection.parameterCount);
  expect(inspection.bytesByElementType).toEqual({ float32: 4 * inspection.parameterCount });
  expect(inspection.dataFiles).toEqual(['weights.bin']);
  expect(inspection.largestTensors[0]).toMatchObject({ shape: [512, 512, 3, 3], sizeBytes: 512 * 512 * 9 * 4 });
});

describe('inspection of', () => {
  test('a starter model tells all', async () => {
    const inspection = await inspect(realModels.resnet);
    expect(inspection).toMatchObject({
      irVersion: 8,
      producer: 'pytorch 2.13.0',
      opsets: [{ domain: '', version: 17 }],
      inputs: [{ name: 'image', elementType: 'float32', shape: ['batch', 1, 28, 28] }],
      outputs: [{ name: 'logits', elementType: 'float32', shape: ['batch', 10] }],
      nodeCount: 52,
      quantization: null,
      externalDataBytes: 0,
      notes: [],
    });
    expect(inspection.operators.reduce((sum, { count }) => sum + count, 0)).toBe(52);
    const sizes = inspection.largestTensors.map(({ sizeBytes }) => sizeBytes);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.length).toBe(20);
  });

  test('weights in Constant nodes counts them as weights', async () => {
    const { largestTensors, parameterCount, bytesByElementType } = await inspect(realModels.recognition);
    expect(largestTensors[0]).toEqual({
      name: 'linear_85.w_0',
      elementType: 'float32',
      shape: [120, 6625],
      sizeBytes: 3_180_000,
    });
    expect(parameterCount).toBeGreaterThan(2_600_000);
    expect(bytesByElementType['float32']).toBeGreaterThanOrEqual(4 * parameterCount);
  });

  test('external data that stands beside it', async () => {
    const inspection = await inspectBuilt(productModel(externalWeights({ location: 'w.bin' })), {
      'w.bin': weightBytes,
    });
    expect(inspection).toMatchObject({ externalDataBytes: 48, dataFiles: ['w.bin'], parameterCount: 12, macs: 12 });
  });

  test('quantized weights names the form, and counts no scale as parameter', async () => {
    const scale = floatTensor('scale', [0.1], []);
    const zero = makeTensor('zero', DataType.INT8, [], new Int8Array(1));
    const weights = makeTensor('w', DataType.INT8, [4, 3], new Int8Array(12));
    const nodes = [
      makeNode('QuantizeLinear', ['x', 'scale', 'zero'], ['xq']),
      makeNode('DequantizeLinear', ['xq', 'scale', 'zero'], ['xd']),
      makeNode('DequantizeLinear', ['w', 'scale', 'zero'], ['wd']),
      makeNode('MatMul', ['xd', 'wd'], ['y']),
    ];
    const inputs = [floats('x', ['batch', 4])];
    const inspection = await inspectBuilt(
      builtModel({ nodes, initializers: [scale, zero, weights], inputs, outputs: [floats('y', null)] }),
    );
    expect(inspection).toMatchObject({ quantization: 'int8 (Q/DQ)', parameterCount: 12, macs: 12 });
  });

  test('a size that data decides: known after one run, unknown where it may not run', async () => {
    // The product has as many rows as x has numbers other than zero: on zeros, none.
    const nodes = [
      makeNode('NonZero', ['x'], ['where']),
      makeNode('Cast', ['where'], ['rows'], { attributes: { to: DataType.FLOAT } }),
      makeNode('MatMul', ['w', 'rows'], ['y']),
    ];
    const weights = floatTensor('w', [1, 2], [2, 1]);
    const inputs = [floats('x', [5])];
    const path = writeBuilt(
      join(temporaryFolder(), 'm.onnx'),
      builtModel({ nodes, initializers: [weights], inputs, outputs: [floats('y', null)] }),
    );
    expect(await inspect(path)).toMatchObject({
      macs: 0,
      notes: ['Some sizes depend on data; one run on zeros showed them.'],
    });
    const unrun = await jobs.run('inspect-model', { path, withoutRuns: true });
    expect(unrun.macs).toBeNull();
    expect(unrun.notes).toContain('Some sizes depend on data, and the model was not run for them.');
  });
});

describe('sizes that large weights decide are found with the values of the file, where they stand as', () => {
  // 37 of the 10,000 values are not zero, so that the product has 37 columns.
  const mask = makeTensor(
    'mask',
    DataType.FLOAT,
    [10_000],
    Float32Array.from({ length: 10_000 }, (_, at) => (at < 37 ? 1 : 0)),
  );
  const nodes = [
    makeNode('Add', ['x', 'mask'], ['sum']),
    makeNode('NonZero', ['sum'], ['where']),
    makeNode('Cast', ['where'], ['rows'], { attributes: { to: DataType.FLOAT } }),
    makeNode('MatMul', ['w', 'rows'], ['y']),
  ];
  const weights = floatTensor('w', [1, 2], [2, 1]);
  const constant = makeNode('Constant', [], ['mask'], { attributes: { value: { tensor: mask } } });
  const inputs = [floats('x', [10_000])];
  const outputs = [floats('y', null)];
  test.each([
    ['initializers', { nodes, initializers: [weights, mask], inputs, outputs }, 8n],
    ['Constant nodes', { nodes: [constant, ...nodes], initializers: [weights], inputs, outputs }, 8n],
    [
      'Constant nodes of an old IR',
      { nodes: [constant, ...nodes], initializers: [weights], inputs: [...inputs, floats('w', [2, 1])], outputs },
      3n,
    ],
  ] as const)('%s', async (_, parts, irVersion) => {
    const model = builtModel({ ...parts, nodes: [...parts.nodes] }, { irVersion });
    const path = writeBuilt(join(temporaryFolder(), 'a name with späces.onnx'), model);
    expect(await inspect(path)).toMatchObject({
      macs: 2 * 37,
      notes: ['Some sizes depend on data; one run on zeros showed them.'],
    });
  });
});

/** A node with a graph as attribute. */
const withBody = (node: NodeProto, name: string, graph: GraphProto): NodeProto =>
  patch(NodeProtoSchema, node, {
    attribute: [...node.attribute, create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: graph })],
  });

describe('loops', () => {
  const body = builtGraph({
    nodes: [makeNode('Identity', ['go'], ['goOn']), makeNode('MatMul', ['state', 'w'], ['next'])],
    inputs: [
      { name: 'i', elementType: 'int64', shape: [] },
      { name: 'go', elementType: 'bool', shape: [] },
      floats('state', [2, 4]),
    ],
    outputs: [{ name: 'goOn', elementType: 'bool', shape: [] }, floats('next', [2, 4])],
  });
  const weights = floatTensor('w', Array<number>(16).fill(1), [4, 4]);

  test('of a constant length count each turn', async () => {
    const node = withBody(makeNode('Loop', ['times', '', 'x'], ['y']), 'body', body);
    const initializers = [int64Tensor('times', [7], []), weights];
    const inspection = await inspectBuilt(
      builtModel({ nodes: [node], initializers, inputs: [floats('x', [2, 4])], outputs: [floats('y', [2, 4])] }),
    );
    expect(inspection.macs).toBe(7 * 2 * 4 * 4);
    expect(inspection.operators.find(({ operator }) => operator === 'MatMul')).toMatchObject({
      count: 1,
      inSubgraphs: 1,
      macs: 224,
    });
  });

  test('of a length that the input decides are unknown, and it is said', async () => {
    const node = withBody(makeNode('Loop', ['times', '', 'x'], ['y']), 'body', body);
    const inputs = [floats('x', [2, 4]), { name: 'times', elementType: 'int64', shape: [] }];
    const inspection = await inspectBuilt(
      builtModel({ nodes: [node], initializers: [weights], inputs, outputs: [floats('y', [2, 4])] }),
    );
    expect(inspection.macs).toBeNull();
    expect(inspection.notes).toContain(
      'A Loop runs as often as the input demands; its multiply-accumulates are not counted.',
    );
  });

  test('of a Scan count the scanned length', async () => {
    const step = builtGraph({
      nodes: [makeNode('MatMul', ['row', 'w'], ['out'])],
      inputs: [floats('row', [1, 4])],
      outputs: [floats('out', [1, 4])],
    });
    const node = withBody(makeNode('Scan', ['x'], ['y'], { attributes: { num_scan_inputs: 1 } }), 'body', step);
    const inspection = await inspectBuilt(
      builtModel({
        nodes: [node],
        initializers: [weights],
        inputs: [floats('x', [9, 1, 4])],
        outputs: [floats('y', null)],
      }),
    );
    expect(inspection.macs).toBe(9 * 16);
  });
});

describe('a model that ONNX Runtime can not load is refused:', () => {
  const plain = { inputs: [floats('x', [1])], outputs: [floats('y', [1])] };
  test.each([
    [
      'a newer IR',
      productModel(undefined, { irVersion: 99n }),
      /has IR version 99, and ONNX Runtime reads up to \d+; export it with an older/,
    ],
    [
      'a newer opset',
      productModel(undefined, { opsetImport: [{ domain: '', version: 99n }] }),
      /uses operator set 99, and ONNX Runtime knows up to \d+; export it with opset_version=/,
    ],
    [
      'an unknown operator',
      builtModel({ ...plain, nodes: [makeNode('Frobnicate', ['x'], ['y'])] }),
      /uses the operator "Frobnicate", which operator set 17 of ONNX does not have/,
    ],
    [
      'an unknown domain',
      builtModel(
        { ...plain, nodes: [makeNode('Frobnicate', ['x'], ['y'], { domain: 'my.own' })] },
        {
          opsetImport: [
            { domain: '', version: 17n },
            { domain: 'my.own', version: 1n },
          ],
        },
      ),
      /uses the operator "Frobnicate" of the domain "my\.own", which ONNX Runtime does not know/,
    ],
    [
      'a domain not imported',
      builtModel({ ...plain, nodes: [makeNode('Frobnicate', ['x'], ['y'], { domain: 'my.own' })] }),
      /operator "Frobnicate" of the domain "my\.own"/,
    ],
    [
      'a cycle',
      builtModel({
        ...plain,
        nodes: [makeNode('Add', ['x', 'b'], ['a']), makeNode('Relu', ['a'], ['b']), makeNode('Relu', ['b'], ['y'])],
      }),
      /holds a graph with a cycle|reads the tensor "b"/,
    ],
    [
      'a tensor from nowhere',
      builtModel({ ...plain, nodes: [makeNode('Add', ['x', 'gone'], ['y'])] }),
      /reads the tensor "gone", which nothing in it makes/,
    ],
    [
      'shapes that do not fit',
      builtModel({
        ...plain,
        nodes: [makeNode('MatMul', ['x', 'w'], ['y'])],
        initializers: [floatTensor('w', [1, 2, 3, 4], [2, 2])],
      }),
      /ONNX Runtime can't load .*[Ii]ncompatible dimensions|can't load/,
    ],
  ] as const)('%s', async (_, model, message) => {
    const error = await inspectBuilt(model).then<Error, Error>(
      () => expect.fail('it was read'),
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ kind: 'invalid-model' });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^[^\n]*model\.onnx[^\n]*\.$/);
  });
});
