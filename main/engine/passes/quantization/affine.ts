/**
 * Affine quantization, q = round(x / scale) + zeroPoint, bit for bit as `onnxruntime.quantization` 1.30 computes it
 * (`compute_scale_zp`, `quantize_nparray`): single precision where numpy has it, ties to even.
 */
import { CrivoError } from '../../../../shared/errors.ts';
import { kernels, notFiniteBits, regions, valuesAtOnce } from '../../kernels/kernels.ts';
import { DataType } from '../../onnx/proto.ts';
import { columnRanges, quantizeColumns } from './affine-columns.ts';
import { widenRanges } from './channel-ranges.ts';
import type { ChannelRanges } from './channel-ranges.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export type IntegerType = 'int8' | 'uint8';

export const integerDataType: Readonly<Record<IntegerType, number>> = { int8: DataType.INT8, uint8: DataType.UINT8 };

/** Integers that a range of real values is mapped on. */
export interface IntegerRange {
  readonly qmin: number;
  readonly qmax: number;
}

export interface RangeOptions {
  readonly symmetric: boolean;
  /** Seven bits, so that sums of two products fit in 16 bits on a CPU without VNNI. */
  readonly reduceRange: boolean;
}

export interface ScaleZeroPoint {
  /** A float32 value, > 0. */
  readonly scale: number;
  readonly zeroPoint: number;
}

const fullRange: Readonly<Record<IntegerType, IntegerRange>> = {
  int8: { qmin: -128, qmax: 127 },
  uint8: { qmin: 0, qmax: 255 },
};
const smallestNormalFloat32 = 2 ** -126;
/** Adding and subtracting 1.5·2⁵² rounds a double to a whole number, ties to even. */
const roundingShift = 6755399441055744;

/** x rounded to a whole number, ties to even; |x| < 2^51. */
export const roundHalfEven = (x: number): number => x + roundingShift - roundingShift;

/** Integers used for a type. */
export function integerRange(type: IntegerType, { symmetric, reduceRange }: RangeOptions): IntegerRange {
  if (reduceRange) return type === 'int8' ? { qmin: -64, qmax: 64 } : { qmin: 0, qmax: 127 };
  return symmetric && type === 'int8' ? { qmin: -127, qmax: 127 } : fullRange[type];
}

/** Scale and zero point that map float32 values in [low, high], widened to hold 0, on the range; scale 1 where they are all 0. */
export function scaleAndZeroPoint(low: number, high: number, range: IntegerRange, symmetric: boolean): ScaleZeroPoint {
  let rmin = Math.min(low, 0);
  let rmax = Math.max(high, 0);
  if (symmetric) {
    rmax = Math.max(-rmin, rmax);
    rmin = -rmax;
  }
  const scale = Math.fround(rmax - rmin) / (range.qmax - range.qmin);
  if (scale < smallestNormalFloat32) return { scale: 1, zeroPoint: 0 };
  const zeroPoint = roundHalfEven(symmetric ? (range.qmin + range.qmax) / 2 : range.qmin - rmin / scale);
  return { scale: Math.fround(scale), zeroPoint };
}

/** A weight cut along one axis: `outer` × `channels` × `inner` values, in this order. */
export interface ChannelLayout {
  readonly outer: number;
  readonly channels: number;
  readonly inner: number;
}

/** How a tensor's values lie for channels along `axis`; one channel of all values where it is null. */
export function channelLayout(shape: readonly number[], axis: number | null): ChannelLayout {
  const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);
  if (axis === null) return { outer: 1, channels: 1, inner: product(shape) };
  return { outer: product(shape.slice(0, axis)), channels: shape[axis] ?? 1, inner: product(shape.slice(axis + 1)) };
}

/** Smallest and largest value of each channel. Raises `invalid-model` on NaN or infinity. */
export function channelRanges(values: Float32Array, layout: ChannelLayout, name: string): ChannelRanges {
  const { channels, inner } = layout;
  const lows = new Float32Array(channels).fill(Infinity);
  const highs = new Float32Array(channels).fill(-Infinity);
  const ranges = { lows, highs };
  const largest = inner === 1 ? columnRanges(values, ranges) : runRanges(values, layout, ranges);
  // Comparisons pass over NaN.
  if (largest >= notFiniteBits) throw notFinite(name);
  for (let channel = 0; channel < channels; channel += 1) {
    const low = lows[channel]!;
    const high = highs[channel]!;
    if (low === Infinity && high === -Infinity && values.length === 0) lows[channel] = highs[channel] = 0;
    else if (!Number.isFinite(low - high)) throw notFinite(name);
  }
  return ranges;
}

/** Widens the ranges by the values; gives the bits of the largest magnitude. */
function runRanges(values: Float32Array, layout: ChannelLayout, ranges: ChannelRanges): number {
  let largest = 0;
  for (const { at, channel, channels, inner } of stretches(layout)) {
    const [from = 0, low = 0, high = 0] = regions(4 * channels * inner, 4 * channels, 4 * channels).starts;
    new Float32Array(kernels().memory.buffer, from, channels * inner).set(values.subarray(at, at + channels * inner));
    const place = { channel, channels, low, high };
    const bits = widenRanges(ranges, place, () => kernels().extremes(from, channels, inner, low, high));
    largest = Math.max(largest, bits);
  }
  return largest;
}

/** Values that lie in a row: whole channels, or a part of one. */
interface Stretch {
  readonly at: number;
  readonly channel: number;
  readonly channels: number;
  /** Values of each channel. */
  readonly inner: number;
}

/** A weight in stretches of what is worked on at once, in order. */
function* stretches({ outer, channels, inner }: ChannelLayout): Generator<Stretch> {
  const together = Math.max(1, Math.min(channels, Math.floor(valuesAtOnce / Math.max(1, inner))));
  const longest = together > 1 ? inner : valuesAtOnce;
  for (let o = 0; o < outer; o += 1)
    for (let channel = 0; channel < channels; channel += together)
      for (let start = 0; start < inner; start += longest) {
        const at = (o * channels + channel) * inner + start;
        const length = Math.min(longest, inner - start);
        yield { at, channel, channels: Math.min(together, channels - channel), inner: length };
      }
}

/** A weight holds NaN or infinity: `invalid-model`. */
export const notFinite = (name: string): CrivoError =>
  new CrivoError('invalid-model', say('weightNaN', { weight: name }));

/** Values as integers of the type, with a scale and a zero point for each channel; clipped to all that the type holds. */
export function quantizeValues(
  values: Float32Array,
  layout: ChannelLayout,
  type: IntegerType,
  scales: Float32Array,
  zeroPoints: Int8Array | Uint8Array,
): Int8Array | Uint8Array {
  const quantized = type === 'int8' ? new Int8Array(values.length) : new Uint8Array(values.length);
  if (layout.inner === 1) {
    quantizeColumns(values, quantized, scales, zeroPoints);
    return quantized;
  }
  for (const { at, channel, channels, inner } of stretches(layout)) {
    const count = channels * inner;
    const { buffer, starts } = regions(4 * count, 4 * channels, 4 * channels, count);
    const [from = 0, steps = 0, zeros = 0, to = 0] = starts;
    new Float32Array(buffer, from, count).set(values.subarray(at, at + count));
    new Float32Array(buffer, steps, channels).set(scales.subarray(channel, channel + channels));
    new Float32Array(buffer, zeros, channels).set(zeroPoints.subarray(channel, channel + channels));
    kernels().quantize(from, channels, inner, steps, zeros, to, type === 'int8' ? 1 : 0);
    quantized.set(new Uint8Array(buffer, to, count), at);
  }
  return quantized;
}
