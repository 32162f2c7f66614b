import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toFloat16 } from '../../../../main/engine/passes/float16/float16-values.ts';
import type { Float16Losses } from '../../../../main/engine/passes/float16/float16-values.ts';

const noLosses = (): Float16Losses => ({ clamped: 0, raised: 0, notANumber: 0 });
const bitsOf = (values: Float16Array): Uint16Array => new Uint16Array(values.buffer, values.byteOffset, values.length);

/** The engine's own rounding (to nearest, ties to even: ECMA-262, Number::toFloat16), then the clamp and the raise. */
function expectedBits(values: Float32Array): Uint16Array {
  const least = 2 ** -24;
  const held = Float32Array.from(values, (value) => {
    const magnitude = value !== 0 && Math.abs(value) < least ? least : Math.min(Math.abs(value), 65504);
    return Object.is(Math.sign(value), -0) || value < 0 ? -magnitude : magnitude;
  });
  return bitsOf(Float16Array.from(held));
}

/** Every positive and negative float16, the middle between each and the next, and the float32 on either side of those. */
function everyBoundary(): Float32Array {
  const values: number[] = [];
  const around = new Float32Array(1);
  const bits = new Uint32Array(around.buffer);
  for (let half = 0; half < 0x7c00; half += 1) {
    const [low, high] = new Float16Array(Uint16Array.of(half, half + 1).buffer) as unknown as [number, number];
    for (const value of [low, (low + Math.min(high, 65536)) / 2]) {
      around[0] = value;
      const here = bits[0]!;
      for (const step of [-1, 0, 1]) {
        bits[0] = Math.max(0, here + step);
        values.push(around[0], -around[0]);
      }
    }
  }
  return Float32Array.from(values);
}

test('bits equal round-to-nearest-even plus clamp and raise, at every float16 and every middle between two', () => {
  const values = everyBoundary();
  expect(values.length).toBe(6 * 2 * 0x7c00);
  expect(bitsOf(toFloat16(values, noLosses()))).toEqual(expectedBits(values));
});

test('and at any float32', () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, minLength: 1, maxLength: 200 }), (values) => {
      expect(bitsOf(toFloat16(values, noLosses()))).toEqual(expectedBits(values));
    }),
    { numRuns: 500 },
  );
});

test('what float16 can not hold is counted', () => {
  const losses = noLosses();
  const values = Float32Array.of(
    65504,
    65505,
    65519.99,
    65520,
    -1e9,
    Infinity,
    -Infinity,
    1e-8,
    -1e-40,
    2 ** -24,
    0,
    -0,
    NaN,
  );
  const halves = toFloat16(values, losses);
  expect([...halves]).toEqual([
    65504,
    65504,
    65504,
    65504,
    -65504,
    65504,
    -65504,
    2 ** -24,
    -(2 ** -24),
    2 ** -24,
    0,
    -0,
    NaN,
  ]);
  expect(losses).toEqual({ clamped: 6, raised: 2, notANumber: 1 });
});
