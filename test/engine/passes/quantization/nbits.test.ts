import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantizeBlocks } from '../../../../main/engine/passes/quantization/nbits.ts';
import type { BlockOptions } from '../../../../main/engine/passes/quantization/nbits.ts';
import { readFixture, unpack } from '../../../fixtures/quantization/read-fixture.ts';
import type { PackedArray } from '../../../fixtures/quantization/read-fixture.ts';

interface BlockCase extends BlockOptions {
  readonly matrix: PackedArray;
  readonly packed: PackedArray;
  readonly scales: PackedArray;
  readonly zeroPoints: PackedArray | null;
}
const cases = readFixture<readonly BlockCase[]>('nbits.json');

describe("blocks equal those of ONNX Runtime's quantizer, byte for byte", () => {
  test.each(cases)('$bits bits, blocks of $blockSize, symmetric $symmetric, shape $matrix.shape', (expected) => {
    const [rows, columns] = expected.matrix.shape as [number, number];
    const values = unpack(expected.matrix, 'float32');
    const blocked = quantizeBlocks({ values, rows, columns, rowStride: columns, columnStride: 1 }, expected, 'w');
    expect(blocked.scales).toEqual(unpack(expected.scales, 'float32'));
    expect(blocked.zeroPoints).toEqual(expected.zeroPoints === null ? null : unpack(expected.zeroPoints, 'uint8'));
    expect(blocked.packed).toEqual(unpack(expected.packed, 'uint8'));
  });
});

test('every value comes back within a step, half a step where asymmetric; a transposed matrix gives the same bytes', () => {
  const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 });
  const options = fc.record({
    bits: fc.constantFrom<4 | 8>(4, 8),
    blockSize: fc.constantFrom(16, 32),
    symmetric: fc.boolean(),
  });
  const sizes = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(options, sizes, fc.infiniteStream(value), (block, [rows, columns], stream) => {
      const values = Float32Array.from({ length: rows * columns }, () => stream.next().value as number);
      const blocked = quantizeBlocks({ values, rows, columns, rowStride: columns, columnStride: 1 }, block, 'w');
      const transposed = Float32Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)]!);
      const other = quantizeBlocks({ values: transposed, rows, columns, rowStride: 1, columnStride: rows }, block, 'w');
      expect(other).toEqual(blocked);
      const code = (bytes: Uint8Array, at: number): number =>
        block.bits === 8 ? bytes[at]! : (bytes[at >> 1]! >> ((at & 1) * 4)) & 15;
      const zeroBytes = Math.ceil((blocked.blocks * block.bits) / 8);
      values.forEach((original, at) => {
        const k = Math.floor(at / columns);
        const n = at % columns;
        const b = Math.floor(k / block.blockSize);
        const zero =
          blocked.zeroPoints === null
            ? 2 ** (block.bits - 1)
            : code(blocked.zeroPoints.subarray(n * zeroBytes, (n + 1) * zeroBytes), b);
        const scale = blocked.scales[n * blocked.blocks + b]!;
        const packedAt = (n * blocked.blocks + b) * block.blockSize + (k % block.blockSize);
        const back = (code(blocked.packed, packedAt) - zero) * scale;
        const step = Math.abs(scale) * (block.symmetric ? 1 : 0.5);
        expect(Math.abs(back - original)).toBeLessThanOrEqual(step * (1 + 1e-4) + 1e-30);
      });
    }),
  );
});
