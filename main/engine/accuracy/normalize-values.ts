/** Stored numbers to what a model takes. */
import type { Normalization, TensorValues } from '../ports.ts';
import { copyScaled } from './element-types.ts';

/** Writes the values of one tensor of some examples into a target from its start. */
export type WriteNormalized = (stored: TensorValues, target: TensorValues) => void;

/** `(stored × scale − mean) / deviation` for examples of the shape; integers of the target are rounded. Raises a plain `Error` where channels don't match. */
export function createNormalizer(
  { scale, mean, deviation, channelAxis }: Normalization,
  exampleShape: readonly number[],
): WriteNormalized {
  const channels = channelAxis === null ? 1 : (exampleShape[channelAxis] ?? 0);
  const of = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel]!;
  const factors = Array.from({ length: channels }, (_, channel) => scale / of(deviation, channel));
  const offsets = Array.from({ length: channels }, (_, channel) => -of(mean, channel) / of(deviation, channel));
  if ([...factors, ...offsets].some((value) => !Number.isFinite(value))) {
    throw new Error(`a normalization of ${mean.length} channels for ${channels}`);
  }
  const onlyScales = factors.every((factor) => factor === factors[0]) && offsets.every((offset) => offset === 0);
  const run = exampleShape.slice((channelAxis ?? -1) + 1).reduce((product, size) => product * size, 1);
  const tables = factors.map((factor, channel) => tableOf(factor, offsets[channel]!));
  return (stored, target) => {
    const exact = target instanceof Float32Array;
    if (onlyScales && !(exact && stored instanceof Uint8Array)) return copyScaled(stored, factors[0]!, target, 0);
    for (let at = 0, channel = 0; at < stored.length; at += run, channel = (channel + 1) % channels) {
      const end = Math.min(at + run, stored.length);
      if (exact && stored instanceof Uint8Array) lookUp(stored, target, tables[channel]!, at, end);
      else copyAffine(stored, target, { from: at, to: end, factor: factors[channel]!, offset: offsets[channel]! });
    }
  };
}

/** What each byte becomes. */
const tableOf = (factor: number, offset: number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, byte) => byte * factor + offset);

/** For one pair of types alone, which runs some ten times as fast as for all that there are. */
function lookUp(stored: Uint8Array, target: Float32Array, table: Float32Array, from: number, to: number): void {
  for (let index = from; index < to; index += 1) target[index] = table[stored[index]!]!;
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
  readonly offset: number;
}

function copyAffine(stored: TensorValues, target: TensorValues, { from, to, factor, offset }: Part): void {
  const isFloat = target instanceof Float32Array || target instanceof Float64Array || target instanceof Float16Array;
  const isWide = target instanceof BigInt64Array || target instanceof BigUint64Array;
  for (let index = from; index < to; index += 1) {
    const value = Number(stored[index]) * factor + offset;
    if (isWide) target[index] = BigInt(Math.round(value));
    else target[index] = isFloat ? value : Math.round(value);
  }
}
