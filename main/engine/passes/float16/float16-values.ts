import { kernels, regions, valuesAtOnce } from '../../kernels/kernels.ts';

/** What was done to values that float16 can't hold. */
export interface Float16Losses {
  /** Beyond ±65504, set to it. */
  clamped: number;
  /** Non-zero but below 2⁻²⁴ in magnitude, raised to it rather than flushed to zero. */
  raised: number;
  /** NaN in the original; they stay. */
  notANumber: number;
}

/**
 * float32 to float16, rounded to nearest, ties to even (IEEE 754-2019, 4.3.1), with infinities and values beyond ±65504
 * clamped and tiny ones raised. Adds to `losses`.
 */
export function toFloat16(values: Float32Array, losses: Float16Losses): Float16Array {
  const target = new Uint16Array(values.length);
  const lanes = 8;
  const { buffer, starts } = regions(4 * (valuesAtOnce + lanes), 2 * (valuesAtOnce + lanes), 48);
  const [from = 0, to = 0, counts = 0] = starts;
  const given = new Float32Array(buffer, from, valuesAtOnce + lanes);
  const made = new Uint16Array(buffer, to, valuesAtOnce);
  const lost = new Uint32Array(buffer, counts, 12);
  const sum = (first: number): number => lost[first]! + lost[first + 1]! + lost[first + 2]! + lost[first + 3]!;
  for (let start = 0; start < values.length; start += valuesAtOnce) {
    const part = values.subarray(start, start + valuesAtOnce);
    given.set(part);
    given.fill(0, part.length, part.length + lanes);
    kernels().toFloat16(from, Math.ceil(part.length / lanes) * lanes, to, counts);
    target.set(made.subarray(0, part.length), start);
    losses.clamped += sum(0);
    losses.raised += sum(4);
    losses.notANumber += sum(8);
  }
  return new Float16Array(target.buffer);
}
