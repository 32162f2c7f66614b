/** Static quantization beside `onnxruntime.quantization` 1.30, on the same models and data (make-static-fixture.py). */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { openNpy } from '../../../../main/engine/accuracy/npy.ts';
import type { Graph } from '../../../../main/engine/graph/graph.ts';
import { tensorValues } from '../../../../main/engine/onnx/tensor.ts';
import { calibrationSource } from '../../../../main/engine/passes/calibration-source.ts';
import type { Feeds } from '../../../../main/engine/passes/pass.ts';
import { digits, digitsImages, starterModel } from '../../../fixtures/cells.ts';
import { passWorld, snrDb, tensor } from '../../../fixtures/passes.ts';
import { readFixture } from '../../../fixtures/quantization/read-fixture.ts';

interface StaticCase {
  readonly model: string;
  readonly method: 'minmax' | 'percentile';
  readonly activationType: string;
  readonly weightType: string;
  readonly perChannel: boolean;
  readonly reduceRange: boolean;
  readonly examples: number;
  /** Images that the ratio is of. */
  readonly images: number;
  readonly snrDb: number;
  /** Tensor → scale and zero point. */
  readonly activations: Readonly<Record<string, readonly [scale: number, zeroPoint: number]>>;
  /** Weight → start of the SHA-256 of its integers. */
  readonly weights: Readonly<Record<string, string>>;
  /** Bias → sum of its integers. */
  readonly biases: Readonly<Record<string, number>>;
}
const cases = readFixture<readonly StaticCase[]>('static.json');

const world = passWorld();
const normalized = new Map<string, Graph>();
let images: Feeds[] = [];

beforeAll(async () => {
  for (const name of new Set(cases.map(({ model }) => model)))
    normalized.set(name, (await world.apply('normalize', starterModel(name))).graph);
  const file = await openNpy(digitsImages);
  const { images: count } = cases[0]!;
  const pixels = Float32Array.from((await file.readRows(0, count)) as Uint8Array, (value) => value * (1 / 255));
  await file.close();
  images = [{ image: tensor([count, 1, 28, 28], pixels) }];
});

/** Tensor → scale and zero point of its QuantizeLinear. */
function activationsOf(graph: Graph): Record<string, [number, number]> {
  const value = (name = ''): number => Number(tensorValues(graph.initializers.get(name)!)[0]);
  return Object.fromEntries(
    graph.nodes
      .filter(({ opType }) => opType === 'QuantizeLinear')
      .map(({ input, output }) => {
        const tensorName = graph.isInput(input[0]!) ? input[0]! : output[0]!.replace(/_quantized$/, '');
        return [tensorName, [value(input[1]), value(input[2])]];
      }),
  );
}

/** Constants that become floats again, by the name that they had, each with its integers. */
const constantsOf = (graph: Graph) =>
  graph.nodes
    .filter(({ opType, input }) => opType === 'DequantizeLinear' && graph.initializers.has(input[0]!))
    .map(({ input }) => {
      const values = tensorValues(graph.initializers.get(input[0]!)!) as Int8Array | Uint8Array | Int32Array;
      return { name: input[0]!.replace(/_quantized$/, ''), values };
    });

const digest = (values: NodeJS.ArrayBufferView): string =>
  createHash('sha256').update(values).digest('hex').slice(0, 16);

/** Sums of floats differ in their last bits between CPUs, and so do ranges; those by percentile end at a bin. */
const relativeTolerance = { minmax: 1e-5, percentile: 2 / 2_048 };

describe.each(cases)(
  '$model, $method, $activationType by $weightType, per channel $perChannel, reduced range $reduceRange',
  (expected) => {
    test('scales, zero points, biases and every integer of the weights are the same, and the outputs as close', async () => {
      const { model, method, activationType, weightType, perChannel, reduceRange, examples } = expected;
      const parent = normalized.get(model)!;
      const { graph } = await world.apply(
        'quantize-static',
        parent.model,
        {
          ...{ method, activationType, weightType, perChannel, calibrationCount: examples },
          ...{ reduceRange: reduceRange ? 'on' : 'off', floatIslands: false },
        },
        await calibrationSource(digits, parent),
      );
      const activations = activationsOf(graph);
      expect(Object.keys(activations).sort()).toEqual(Object.keys(expected.activations).sort());
      for (const [name, [scale, zeroPoint]] of Object.entries(expected.activations)) {
        const [ours, oursZero] = activations[name]!;
        expect(Math.abs(ours / scale - 1), name).toBeLessThanOrEqual(relativeTolerance[method]);
        expect(Math.abs(oursZero - zeroPoint), name).toBeLessThanOrEqual(method === 'minmax' ? 0 : 1);
      }
      const constants = constantsOf(graph);
      const weights = constants.filter(({ values }) => !(values instanceof Int32Array));
      expect(Object.fromEntries(weights.map(({ name, values }) => [name, digest(values)]))).toEqual(expected.weights);
      const biases = constants.filter(({ values }) => values instanceof Int32Array);
      expect(biases.map(({ name }) => name).sort()).toEqual(Object.keys(expected.biases).sort());
      for (const { name, values } of biases) {
        const numbers = Array.from(values, Number);
        const magnitude = numbers.reduce((total, value) => total + Math.abs(value), 0);
        const sum = numbers.reduce((total, value) => total + value, 0);
        expect(Math.abs(sum - expected.biases[name]!), name).toBeLessThanOrEqual(
          values.length + 2 * relativeTolerance[method] * magnitude,
        );
      }
      const disabled = { graphOptimization: 'disabled' } as const;
      const snr = snrDb(
        await world.run(parent.model, images, disabled),
        await world.run(graph.model, images, disabled),
      );
      expect(Math.abs(snr - expected.snrDb)).toBeLessThan(0.5);
    });
  },
);

interface EntropyCase {
  readonly model: string;
  readonly examples: number;
  readonly snrDb: number;
}

test.each(readFixture<readonly EntropyCase[]>('entropy.json'))(
  'ranges by entropy keep $model as close as the reference does',
  async ({ model, examples, snrDb: expected }) => {
    const parent = normalized.get(model)!;
    const { graph } = await world.apply(
      'quantize-static',
      parent.model,
      {
        ...{ method: 'entropy', activationType: 'uint8', weightType: 'int8', reduceRange: 'off' },
        ...{ floatIslands: false, calibrationCount: examples },
      },
      await calibrationSource(digits, parent),
    );
    const disabled = { graphOptimization: 'disabled' } as const;
    const snr = snrDb(await world.run(parent.model, images, disabled), await world.run(graph.model, images, disabled));
    expect(snr).toBeGreaterThan(expected - 0.5);
  },
);
