import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeTensor } from '../../../../main/engine/onnx/tensor.ts';
import { DataType } from '../../../../main/engine/onnx/proto.ts';
import { integerRange, roundHalfEven, scaleAndZeroPoint } from '../../../../main/engine/passes/quantization/affine.ts';
import type { IntegerType } from '../../../../main/engine/passes/quantization/affine.ts';
import { quantizedWeight, weightParameters } from '../../../../main/engine/passes/quantization/quantize-weight.ts';
import type { WeightOptions } from '../../../../main/engine/passes/quantization/quantize-weight.ts';
import { tensorValues } from '../../../../main/engine/onnx/tensor.ts';
import { randomTensor } from '../../../fixtures/random-tensors.ts';
import { readFixture, unpack } from '../../../fixtures/quantization/read-fixture.ts';
import type { PackedArray } from '../../../fixtures/quantization/read-fixture.ts';

interface WeightFixture {
  readonly sources: Readonly<Record<string, PackedArray>>;
  readonly cases: readonly (WeightOptions & {
    readonly source: string;
    readonly scales: PackedArray;
    readonly zeroPoints: PackedArray;
    readonly values: PackedArray;
  })[];
}

const fixture = readFixture<WeightFixture>('weights.json');
const weight = (values: Float32Array, shape: readonly number[]) => makeTensor('w', DataType.FLOAT, shape, values);

describe('weights equal those of onnxruntime.quantization 1.30, bit for bit', () => {
  test.each(fixture.cases)(
    '$source as $type, symmetric $symmetric, reduced range $reduceRange, axis $axis',
    (expected) => {
      const packed = fixture.sources[expected.source]!;
      const tensor = weight(unpack(packed, 'float32'), packed.shape);
      const parameters = weightParameters(tensor, expected);
      expect(parameters.scales).toEqual(unpack(expected.scales, 'float32'));
      expect(parameters.zeroPoints).toEqual(unpack(expected.zeroPoints, expected.type));
      expect(tensorValues(quantizedWeight('w', tensor, parameters))).toEqual(unpack(expected.values, expected.type));
    },
  );
});

const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e6), max: Math.fround(1e6) });

test('a weight comes back within half a step, whatever its values, shape and mode', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom<IntegerType>('int8', 'uint8'),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(null, 0, 1, 2),
      fc.infiniteStream(finite),
      (a, b, c, type, symmetric, reduceRange, axis, stream) => {
        const values = Float32Array.from({ length: a * b * c }, () => stream.next().value as number);
        const parameters = weightParameters(weight(values, [a, b, c]), { type, symmetric, reduceRange, axis });
        const integers = tensorValues(quantizedWeight('w', weight(values, [a, b, c]), parameters));
        const inner = axis === null ? 1 : axis === 0 ? b * c : axis === 1 ? c : 1;
        values.forEach((value, index) => {
          const channel = axis === null ? 0 : Math.floor(index / inner) % parameters.scales.length;
          const scale = parameters.scales[channel]!;
          const back = (Number(integers[index]) - parameters.zeroPoints[channel]!) * scale;
          // An unsigned symmetric range ends at 127 (or 63) steps above its middle, so the top is clipped by up to one more half.
          const clipped = type === 'uint8' && (symmetric || axis !== null) ? 0.5 : 0;
          expect(Math.abs(back - value)).toBeLessThanOrEqual(scale * (0.5 + clipped) * (1 + 1e-5));
        });
      },
    ),
  );
});

// The formula as it stands at the top of affine.ts, one value after the other.
test.each([
  ['int8', 1],
  ['int8', 16],
  ['uint8', 37],
  ['int8', 1_040],
  ['uint8', 2_048],
] as const)('columns by the kernels are what the formula gives: %s, %i of them', (type, columns) => {
  const rows = 67;
  const tensor = randomTensor('w', [rows, columns], columns);
  const values = tensorValues(tensor) as Float32Array;
  const parameters = weightParameters(tensor, { type, symmetric: type === 'int8', reduceRange: false, axis: 1 });
  const range = integerRange(type, { symmetric: true, reduceRange: false });
  const found = { scales: new Float32Array(columns), zeroPoints: parameters.zeroPoints.slice().fill(0) };
  const integers = tensorValues(quantizedWeight('w', tensor, parameters));
  const expected = integers.slice().fill(0 as never);
  for (let column = 0; column < columns; column += 1) {
    const own = Array.from({ length: rows }, (_, row) => values[row * columns + column]!);
    const { scale, zeroPoint } = scaleAndZeroPoint(Math.min(...own), Math.max(...own), range, true);
    found.scales[column] = scale;
    found.zeroPoints[column] = zeroPoint;
    const [least, greatest] = type === 'int8' ? [-128, 127] : [0, 255];
    own.forEach((value, row) => {
      const integer = roundHalfEven(Math.fround(value / scale)) + zeroPoint;
      expected[row * columns + column] = Math.min(greatest, Math.max(least, integer));
    });
  }
  expect({ scales: parameters.scales, zeroPoints: parameters.zeroPoints }).toEqual(found);
  expect(Buffer.compare(Buffer.from(integers.buffer), Buffer.from(expected.buffer))).toBe(0);
});

test('a range is widened to hold zero, which stays exact', () => {
  fc.assert(
    fc.property(
      finite,
      finite,
      fc.constantFrom<IntegerType>('int8', 'uint8'),
      fc.boolean(),
      (x, y, type, symmetric) => {
        const range = integerRange(type, { symmetric, reduceRange: false });
        const { scale, zeroPoint } = scaleAndZeroPoint(Math.min(x, y), Math.max(x, y), range, symmetric);
        expect(scale).toBeGreaterThan(0);
        expect(Number.isInteger(zeroPoint)).toBe(true);
        expect(zeroPoint).toBeGreaterThanOrEqual(range.qmin);
        expect(zeroPoint).toBeLessThanOrEqual(range.qmax);
      },
    ),
  );
});

test.each([NaN, Infinity, -Infinity])('a weight that holds %s is refused by name', (value) => {
  for (const axis of [null, 0, 1]) {
    const tensor = weight(Float32Array.from([1, 2, value, 4]), [2, 2]);
    expect(() => weightParameters(tensor, { type: 'int8', symmetric: true, reduceRange: false, axis })).toThrow(
      /Weight "w" holds NaN or infinite values/,
    );
  }
});
