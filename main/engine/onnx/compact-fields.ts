/**
 * Reads a tensor's long packed typed field (`float_data`, `int32_data` …) as raw data. One JavaScript number for
 * each value costs 10 to 30 times the file in memory and seconds of time.
 */
import { standInField } from './packed-fields.ts';
import type { PackedSegment } from './packed-fields.ts';
import { elementBits } from './tensor.ts';
import { DataType } from './proto.ts';
import type { TensorProto } from './proto.ts';

const tagOf = (field: number): number => field * 8 + 2;
const rawDataField = 9;

/**
 * Renames the fields in the bytes: packed floats are raw data as they stand, varints hide under an unused field
 * until `restoreCompacted` converts them. Changes `bytes`.
 */
export function hideCompacted(bytes: Uint8Array, segments: readonly PackedSegment[]): void {
  for (const { tagOffset, field } of segments) {
    bytes[tagOffset] = tagOf(field === 4 || field === 10 ? rawDataField : standInField);
  }
}

/** Turns a hidden varint field of a decoded tensor into its raw data. Changes the tensor, which nobody else holds yet. */
export function restoreCompacted(tensor: TensorProto): void {
  const hidden = tensor.$unknown?.find((field) => field.no === standInField);
  if (hidden === undefined) return;
  const others = tensor.$unknown?.filter((field) => field !== hidden) ?? [];
  if (others.length === 0) delete tensor.$unknown;
  else tensor.$unknown = others;
  tensor.rawData = unpackVarints(withoutLength(hidden.data), tensor.dataType ?? DataType.UNDEFINED);
}

/** The content of a length-delimited field: what follows its length. */
function withoutLength(data: Uint8Array): Uint8Array {
  let start = 0;
  while (data[start]! >= 0x80) start += 1;
  return data.subarray(start + 1);
}

function unpackVarints(data: Uint8Array, dataType: number): Uint8Array {
  let count = 0;
  for (let at = 0; at < data.length; at += 1) if (data[at]! < 0x80) count += 1;
  const bytesEach = Math.max(1, elementBits(dataType) / 8);
  const values = bytesEach === 8 ? new Uint32Array(count * 2) : uintArray(bytesEach, count);
  let index = 0;
  let low = 0;
  let high = 0;
  let shift = 0;
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >>> 4;
    } else high |= bits << (shift - 32);
    shift += 7;
    if (byte < 0x80) {
      values[index++] = low;
      if (bytesEach === 8) values[index++] = high;
      low = high = shift = 0;
    }
  }
  return new Uint8Array(values.buffer);
}

function uintArray(
  bytesEach: number,
  count: number,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  if (bytesEach === 1) return new Uint8Array(count);
  return bytesEach === 2 ? new Uint16Array(count) : new Uint32Array(count);
}
