import { roundHalfEven } from './affine.ts';

export interface QuantizedBias {
  readonly values: Int32Array;
  /** One, or one a channel. */
  readonly scales: Float32Array;
  /** Values that didn't fit in int32. */
  readonly clipped: number;
}

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
/** Keeps the largest bias just inside int32 after rounding. */
const headroom = 1.0001;

/** Bias as int32 with zero point 0 and scale inputScale · weightScale (`quantize_bias_static_impl`). */
export function quantizeBias(bias: Float32Array, inputScale: number, weightScales: Float32Array): QuantizedBias {
  const scales = weightScales.map((scale) => Math.fround(inputScale * scale));
  const values = new Int32Array(bias.length);
  let clipped = 0;
  bias.forEach((value, index) => {
    const rounded = roundLarge(value / (scales.length === 1 ? scales[0]! : scales[index]!));
    if (rounded < int32.min || rounded > int32.max) clipped += 1;
    values[index] = Math.min(int32.max, Math.max(int32.min, rounded));
  });
  return { values, scales, clipped };
}

// Beyond 2^51 the shift of `roundHalfEven` loses bits, but there everything is clipped to int32 anyway.
const roundLarge = (value: number): number => (Math.abs(value) < 2 ** 40 ? roundHalfEven(value) : value);

/**
 * Weight scales, enlarged where the bias would leave int32 at scale inputScale · weightScale; null where none was
 * (`_adjust_weight_scale_for_int32_bias`).
 */
export function scalesForBias(
  bias: Float32Array,
  inputScale: number,
  weightScales: Float32Array,
  perChannel: boolean,
): Float32Array | null {
  const largest = bias.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let changed = false;
  const enlarged = weightScales.map((scale, channel) => {
    // The reference multiplies in single precision for a channel, in double for all.
    const reach = perChannel
      ? Math.fround(Math.fround(headroom) * Math.fround(2 * Math.abs(bias[channel] ?? 0)))
      : headroom * (2 * largest);
    const smallest = reach / (int32.max - (int32.min + 1));
    const candidate = inputScale * scale;
    if (!(candidate < smallest && candidate > 0)) return scale;
    changed = true;
    return Math.fround(scale * (smallest / candidate));
  });
  return changed ? enlarged : null;
}
