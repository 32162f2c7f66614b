import { expect, test } from 'vitest';
import { quantizeBias, scalesForBias } from '../../../../main/engine/passes/quantization/bias.ts';
import { readFixture, unpack } from '../../../fixtures/quantization/read-fixture.ts';
import type { PackedArray } from '../../../fixtures/quantization/read-fixture.ts';

interface BiasCase {
  readonly name: string;
  readonly perChannel: boolean;
  readonly bias: PackedArray;
  readonly inputScale: number;
  readonly weightScales: PackedArray;
  readonly enlarged: PackedArray | null;
  readonly values: PackedArray;
  readonly scales: PackedArray;
}
const cases = readFixture<readonly BiasCase[]>('biases.json');

test.each(cases)('a $name bias equals the reference, per channel $perChannel', (expected) => {
  const bias = unpack(expected.bias, 'float32');
  const scales = unpack(expected.weightScales, 'float32');
  const enlarged = scalesForBias(bias, expected.inputScale, scales, expected.perChannel);
  expect(enlarged).toEqual(expected.enlarged === null ? null : unpack(expected.enlarged, 'float32'));
  const quantized = quantizeBias(bias, expected.inputScale, enlarged ?? scales);
  expect(quantized.values).toEqual(unpack(expected.values, 'int32'));
  expect(quantized.scales).toEqual(unpack(expected.scales, 'float32'));
});

test('enlarged scales keep every bias inside int32 and within half a step', () => {
  const bias = Float32Array.from([-3e7, 12, 0, 9e8]);
  const scales = scalesForBias(bias, 0.01, Float32Array.from([1e-5, 1e-5, 1e-5, 1e-5]), true)!;
  const quantized = quantizeBias(bias, 0.01, scales);
  expect(quantized.clipped).toBe(0);
  bias.forEach((value, channel) => {
    const step = quantized.scales[channel]!;
    expect(Math.abs(quantized.values[channel]! * step - value)).toBeLessThanOrEqual(step / 2);
  });
});

test('what does not fit is clipped and counted', () => {
  const quantized = quantizeBias(Float32Array.from([1e30, -1e30, 1]), 0.5, Float32Array.from([0.5]));
  expect([...quantized.values]).toEqual([2 ** 31 - 1, -(2 ** 31), 4]);
  expect(quantized.clipped).toBe(2);
});
