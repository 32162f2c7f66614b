/** Typed arrays by element type, and conversion between them. */
import type { TensorValues } from '../ports.ts';

const makers: Readonly<Record<string, (length: number) => TensorValues>> = {
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
  float16: (length) => new Float16Array(length),
  int8: (length) => new Int8Array(length),
  uint8: (length) => new Uint8Array(length),
  bool: (length) => new Uint8Array(length),
  int16: (length) => new Int16Array(length),
  uint16: (length) => new Uint16Array(length),
  int32: (length) => new Int32Array(length),
  uint32: (length) => new Uint32Array(length),
  int64: (length) => new BigInt64Array(length),
  uint64: (length) => new BigUint64Array(length),
};

/** A zeroed array for the element type, or null where no typed array holds it. */
export const makeValues = (elementType: string, length: number): TensorValues | null =>
  makers[elementType]?.(length) ?? null;

/** True for element types whose values are bigint. */
const isWide = (values: TensorValues): values is BigInt64Array | BigUint64Array =>
  values instanceof BigInt64Array || values instanceof BigUint64Array;

/** Copies `source` × `scale` into `target` from `offset` on; integers are rounded. */
export function copyScaled(source: TensorValues, scale: number, target: TensorValues, offset: number): void {
  const whole = !(target instanceof Float32Array || target instanceof Float64Array || target instanceof Float16Array);
  for (let index = 0; index < source.length; index += 1) {
    const scaled = Number(source[index]) * scale;
    const value = whole ? Math.round(scaled) : scaled;
    if (isWide(target)) target[offset + index] = BigInt(value);
    else target[offset + index] = value;
  }
}

/** Sets each value to what `next` gives. */
export function fillValues(values: TensorValues, next: () => number): void {
  for (let index = 0; index < values.length; index += 1) {
    if (isWide(values)) values[index] = BigInt(next());
    else values[index] = next();
  }
}
