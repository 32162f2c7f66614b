/** Tensors' values as packed numbers, and which of them can be read as raw data. */
import { DataType } from './proto.ts';

/** Shorter packed data stays as it is, so that small tensors round-trip byte for byte. */
const smallestCompactedBytes = 4_096;

/** A field number that no version of TensorProto uses: packed numbers hide under it while the model is decoded. */
export const standInField = 15;

/** A packed typed field (`float_data` …) of one tensor that can be read as raw bytes instead of one number each. */
export interface PackedSegment {
  /** Offset of the field's one-byte tag. */
  readonly tagOffset: number;
  readonly field: number;
  readonly dataType: number;
}

/** Packed number fields of a tensor → the element types for which their bytes or varints become raw data. */
export const compactableTypes: Readonly<Record<number, readonly number[]>> = {
  4: [DataType.FLOAT, DataType.COMPLEX64],
  5: [
    ...[DataType.INT32, DataType.INT16, DataType.INT8, DataType.UINT16, DataType.UINT8, DataType.BOOL],
    ...[DataType.FLOAT16, DataType.BFLOAT16, DataType.UINT4, DataType.INT4, DataType.UINT2, DataType.INT2],
    ...[DataType.FLOAT8E4M3FN, DataType.FLOAT8E4M3FNUZ, DataType.FLOAT8E5M2, DataType.FLOAT8E5M2FNUZ],
    ...[DataType.FLOAT4E2M1, DataType.FLOAT8E8M0],
  ],
  7: [DataType.INT64],
  10: [DataType.DOUBLE, DataType.COMPLEX128],
  11: [DataType.UINT64, DataType.UINT32],
};

/** A packed field of numbers, as it stands in the bytes. */
export interface PackedField {
  readonly field: number;
  readonly tagOffset: number;
  readonly start: number;
  readonly end: number;
  readonly wire: number;
  readonly looseBytes: number;
  /** Whether the tag takes one byte, as it should. */
  readonly hasShortTag: boolean;
}

/** What a tensor's fields hold, to tell whether its one packed field can become raw data. */
export class TensorFields {
  dataType = 0;
  /** Raw data, or values outside packed fields. */
  hasOtherValues = false;
  hasStandInField = false;
  /** Packed fields, `dims` included. */
  readonly packed: PackedField[] = [];

  compactable(): PackedSegment | null {
    const values = this.packed.filter(({ field }) => field in compactableTypes);
    const [only] = values;
    if (only === undefined || values.length > 1 || this.packed.length > 1) return null;
    if (this.hasOtherValues || this.hasStandInField || !only.hasShortTag) return null;
    if (only.end - only.start < smallestCompactedBytes) return null;
    if (compactableTypes[only.field]?.includes(this.dataType) !== true) return null;
    return { tagOffset: only.tagOffset, field: only.field, dataType: this.dataType };
  }
}
