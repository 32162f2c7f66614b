import type { TensorValues } from '../ports.ts';

/** The kind of array that holds values of an element type, by its name as in `TensorInfo`; types that aren't here have none. */
export const tensorArrays: Readonly<Record<string, new (length: number) => TensorValues>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
};
