/** Constant tensors: their element types, and their values as typed arrays. */
import { create } from '@bufbuild/protobuf';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { bytesOf, isFileBacked } from './file-backed.ts';
import type { TensorValues } from '../ports.ts';
import { DataLocation, DataType, TensorProtoSchema, patch } from './proto.ts';
import type { TensorProto } from './proto.ts';

const names: Readonly<Record<number, string>> = {
  [DataType.FLOAT]: 'float32',
  [DataType.UINT8]: 'uint8',
  [DataType.INT8]: 'int8',
  [DataType.UINT16]: 'uint16',
  [DataType.INT16]: 'int16',
  [DataType.INT32]: 'int32',
  [DataType.INT64]: 'int64',
  [DataType.STRING]: 'string',
  [DataType.BOOL]: 'bool',
  [DataType.FLOAT16]: 'float16',
  [DataType.DOUBLE]: 'float64',
  [DataType.UINT32]: 'uint32',
  [DataType.UINT64]: 'uint64',
  [DataType.COMPLEX64]: 'complex64',
  [DataType.COMPLEX128]: 'complex128',
  [DataType.BFLOAT16]: 'bfloat16',
  [DataType.FLOAT8E4M3FN]: 'float8e4m3fn',
  [DataType.FLOAT8E4M3FNUZ]: 'float8e4m3fnuz',
  [DataType.FLOAT8E5M2]: 'float8e5m2',
  [DataType.FLOAT8E5M2FNUZ]: 'float8e5m2fnuz',
  [DataType.UINT4]: 'uint4',
  [DataType.INT4]: 'int4',
  [DataType.FLOAT4E2M1]: 'float4e2m1',
  [DataType.FLOAT8E8M0]: 'float8e8m0',
  [DataType.UINT2]: 'uint2',
  [DataType.INT2]: 'int2',
  [DataType.FLOAT6E2M3]: 'float6e2m3',
  [DataType.FLOAT6E3M2]: 'float6e3m2',
};

/** The name of an element type (`float32`), or `unknown`. */
export const elementTypeName = (dataType: number): string => names[dataType] ?? 'unknown';

/** The element type of that name (`float32`), or `UNDEFINED`. */
export const dataTypeNamed = (name: string): number =>
  Number(Object.keys(names).find((dataType) => names[Number(dataType)] === name) ?? DataType.UNDEFINED);

/** Bits of one element; 0 for strings and unknown types. */
export function elementBits(dataType: number): number {
  switch (dataType) {
    case DataType.COMPLEX128:
      return 128;
    case DataType.INT64:
    case DataType.UINT64:
    case DataType.DOUBLE:
    case DataType.COMPLEX64:
      return 64;
    case DataType.FLOAT:
    case DataType.INT32:
    case DataType.UINT32:
      return 32;
    case DataType.FLOAT16:
    case DataType.BFLOAT16:
    case DataType.INT16:
    case DataType.UINT16:
      return 16;
    case DataType.UINT4:
    case DataType.INT4:
    case DataType.FLOAT4E2M1:
      return 4;
    case DataType.UINT2:
    case DataType.INT2:
      return 2;
    case DataType.FLOAT6E2M3:
    case DataType.FLOAT6E3M2:
      return 6;
    case DataType.STRING:
    case DataType.UNDEFINED:
      return 0;
    default:
      return names[dataType] === undefined ? 0 : 8;
  }
}

/** Dimensions as numbers. Raises `invalid-model` when negative or when the product passes 2^53. */
export function tensorShape(tensor: TensorProto): number[] {
  const shape = tensor.dims.map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.some((size) => size < 0) || !Number.isSafeInteger(count)) {
    throw new CrivoError('invalid-model', say('impossibleShape', { tensor: tensor.name, shape: shape.join(', ') }));
  }
  return shape;
}

/** How many elements the tensor declares. */
export const elementCount = (tensor: TensorProto): number =>
  tensorShape(tensor).reduce((product, size) => product * size, 1);

/** Bytes that its elements take packed, whatever field they are stored in. */
export const tensorBytes = (tensor: TensorProto): number =>
  Math.ceil((elementCount(tensor) * elementBits(tensor.dataType ?? 0)) / 8);

type ArrayConstructor = {
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TensorValues;
  readonly BYTES_PER_ELEMENT: number;
};

/** bfloat16 and every type below 8 bits come as their packed bits (`Uint16Array`, `Uint8Array`). */
const arrays: Readonly<Record<number, ArrayConstructor>> = {
  [DataType.FLOAT]: Float32Array,
  [DataType.UINT8]: Uint8Array,
  [DataType.INT8]: Int8Array,
  [DataType.UINT16]: Uint16Array,
  [DataType.INT16]: Int16Array,
  [DataType.INT32]: Int32Array,
  [DataType.INT64]: BigInt64Array,
  [DataType.BOOL]: Uint8Array,
  [DataType.FLOAT16]: Float16Array,
  [DataType.DOUBLE]: Float64Array,
  [DataType.UINT32]: Uint32Array,
  [DataType.UINT64]: BigUint64Array,
  [DataType.BFLOAT16]: Uint16Array,
};

/**
 * The values of a constant tensor that is in memory (external data must have been loaded), as a fresh or shared typed
 * array that the caller must not write to. Raises `invalid-model` when the stored bytes don't match the declared shape.
 */
export function tensorValues(tensor: TensorProto): TensorValues {
  const dataType = tensor.dataType ?? 0;
  if (tensor.dataLocation === DataLocation.EXTERNAL)
    throw new Error(`External data of "${tensor.name}" was not loaded`);
  const ArrayType = arrays[dataType] ?? Uint8Array;
  const sizeBytes = tensorBytes(tensor);
  if (Object.hasOwn(tensor, 'rawData')) {
    checkTensor(tensor);
    const raw = bytesOf(tensor.rawData);
    const aligned = raw.byteOffset % ArrayType.BYTES_PER_ELEMENT === 0 ? raw : new Uint8Array(raw);
    return new ArrayType(aligned.buffer, aligned.byteOffset, sizeBytes / ArrayType.BYTES_PER_ELEMENT);
  }
  return typedFieldValues(tensor, dataType);
}

/** As `tensorValues`, in memory that the caller may write to. */
export function ownTensorValues(tensor: TensorProto): TensorValues {
  const values = tensorValues(tensor);
  return Object.hasOwn(tensor, 'rawData') && isFileBacked(tensor.rawData) ? values : (values.slice() as TensorValues);
}

/** Memory that file-backed values are lent in: memory that the system has to give anew costs more than reading. */
let lent: ArrayBuffer | null = null;
const mostLentBytes = 64 * 2 ** 20;

/** What a function makes of a float32 constant's values; it must neither keep nor change them. Raises as `tensorValues` does. */
export function withFloatValues<Result>(tensor: TensorProto, use: (values: Float32Array) => Result): Result {
  const raw = tensor.rawData;
  if (!Object.hasOwn(tensor, 'rawData') || !isFileBacked(raw)) return use(tensorValues(tensor) as Float32Array);
  checkTensor(tensor);
  const memory = lent !== null && lent.byteLength >= raw.byteLength ? lent : new ArrayBuffer(raw.byteLength);
  // Whoever asks meanwhile gets memory of its own.
  lent = null;
  try {
    bytesOf(raw, new Uint8Array(memory, 0, raw.byteLength));
    return use(new Float32Array(memory, 0, raw.byteLength / 4));
  } finally {
    if (memory.byteLength <= mostLentBytes) lent = memory;
  }
}

function typedFieldValues(tensor: TensorProto, dataType: number): TensorValues {
  checkTensor(tensor);
  switch (dataType) {
    case DataType.FLOAT:
      return Float32Array.from(tensor.floatData);
    case DataType.COMPLEX64:
      return new Uint8Array(Float32Array.from(tensor.floatData).buffer);
    case DataType.DOUBLE:
      return Float64Array.from(tensor.doubleData);
    case DataType.COMPLEX128:
      return new Uint8Array(Float64Array.from(tensor.doubleData).buffer);
    case DataType.INT64:
      return BigInt64Array.from(tensor.int64Data);
    case DataType.UINT64:
      return BigUint64Array.from(tensor.uint64Data);
    case DataType.UINT32:
      return Uint32Array.from(tensor.uint64Data, Number);
    case DataType.FLOAT16:
      return new Float16Array(Uint16Array.from(tensor.int32Data).buffer);
    case DataType.BFLOAT16:
    case DataType.UINT16:
      return Uint16Array.from(tensor.int32Data);
    case DataType.INT8:
      return Int8Array.from(tensor.int32Data);
    case DataType.INT16:
      return Int16Array.from(tensor.int32Data);
    case DataType.INT32:
      return Int32Array.from(tensor.int32Data);
    default:
      return Uint8Array.from(tensor.int32Data);
  }
}

/**
 * Checks that as many values are stored in memory as the shape declares. Strings, unknown types and external data are
 * left unchecked. Raises `invalid-model`.
 */
export function checkTensor(tensor: TensorProto, label = tensor.name): void {
  const dataType = tensor.dataType;
  const count = elementCount(tensor);
  if (tensor.dataLocation === DataLocation.EXTERNAL || elementBits(dataType) === 0) return;
  const sizeBytes = tensorBytes(tensor);
  if (Object.hasOwn(tensor, 'rawData')) {
    const stored = tensor.rawData.byteLength;
    if (stored !== sizeBytes) throw damaged(say('bytesMismatch', { label, stored, declared: sizeBytes }));
    return;
  }
  const [stored, declared] = storedCount(tensor, dataType, count, sizeBytes);
  if (stored !== declared) throw damaged(say('valuesMismatch', { label, stored, declared }));
}

/** Values in the typed field of the element type, and how many there must be. */
function storedCount(tensor: TensorProto, dataType: number, count: number, sizeBytes: number): [number, number] {
  switch (dataType) {
    case DataType.FLOAT:
      return [tensor.floatData.length, count];
    case DataType.COMPLEX64:
      return [tensor.floatData.length, count * 2];
    case DataType.DOUBLE:
      return [tensor.doubleData.length, count];
    case DataType.COMPLEX128:
      return [tensor.doubleData.length, count * 2];
    case DataType.INT64:
      return [tensor.int64Data.length, count];
    case DataType.UINT64:
    case DataType.UINT32:
      return [tensor.uint64Data.length, count];
    default:
      return [tensor.int32Data.length, elementBits(dataType) < 8 ? sizeBytes : count];
  }
}

const damaged = (message: string): CrivoError => new CrivoError('invalid-model', message);

/** A constant tensor with the values as raw little-endian data (shared, not copied). */
export function makeTensor(
  name: string,
  dataType: number,
  shape: readonly number[],
  values: TensorValues,
): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType,
    dims: shape.map(BigInt),
    rawData: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength),
  });
}

/** A scalar or 1-D float32 tensor. */
export const floatTensor = (
  name: string,
  values: readonly number[] | Float32Array,
  shape: readonly number[] = [values.length],
): TensorProto => makeTensor(name, DataType.FLOAT, shape, Float32Array.from(values));

/** A scalar or 1-D int64 tensor. */
export const int64Tensor = (
  name: string,
  values: readonly (number | bigint)[],
  shape: readonly number[] = [values.length],
): TensorProto => makeTensor(name, DataType.INT64, shape, BigInt64Array.from(values.map(BigInt)));

/** The same tensor under another name. */
export const renameTensor = (tensor: TensorProto, name: string): TensorProto =>
  patch(TensorProtoSchema, tensor, { name });
