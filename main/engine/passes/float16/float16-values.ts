/** What was done to values that float16 can't hold. */
export interface Float16Losses {
  /** Beyond ±65504, set to it. */
  clamped: number;
  /** Non-zero but below 2⁻²⁴ in magnitude, raised to it rather than flushed to zero. */
  raised: number;
  /** NaN in the original; they stay. */
  notANumber: number;
}

const signMask = 0x8000;
const magnitudeMask = 0x7fffffff;
/** 2⁻¹⁴, the least normal float16. */
const leastNormal = 0x38800000;
/** 2⁻²⁴, the least float16. */
const leastSubnormal = 0x33800000;
/** 65504 rounds to itself up to here (65520, exclusive, would round to infinity). */
const overflow = 0x477ff000;
const greatestExact = 0x477fe000;
const infinity = 0x7f800000;

/**
 * float32 to float16, rounded to nearest, ties to even (IEEE 754-2019, 4.3.1), with infinities and values beyond ±65504
 * clamped and tiny ones raised. Adds to `losses`.
 */
export function toFloat16(values: Float32Array, losses: Float16Losses): Float16Array {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const target = new Uint16Array(values.length);
  let { clamped, raised, notANumber } = losses;
  for (let index = 0; index < source.length; index += 1) {
    const bits = source[index]!;
    const magnitude = bits & magnitudeMask;
    let half: number;
    if (magnitude >= leastNormal && magnitude < overflow)
      half = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    else if (magnitude === 0) half = 0;
    else if (magnitude >= overflow) {
      half = magnitude > infinity ? 0x7e00 : 0x7bff;
      if (magnitude > infinity) notANumber += 1;
    } else if (magnitude < leastSubnormal) {
      half = 1;
      raised += 1;
    } else half = subnormal(magnitude);
    if (magnitude > greatestExact && magnitude <= infinity) clamped += 1;
    target[index] = ((bits >>> 16) & signMask) | half;
  }
  losses.clamped = clamped;
  losses.raised = raised;
  losses.notANumber = notANumber;
  return new Float16Array(target.buffer);
}

function subnormal(magnitude: number): number {
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const shift = 126 - (magnitude >>> 23);
  const quotient = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const middle = 1 << (shift - 1);
  return quotient + (rest > middle || (rest === middle && (quotient & 1) === 1) ? 1 : 0);
}
