/**
 * How a message travels over a socket: a length, JSON, then the typed arrays of the message as they are, so that
 * samples never pass through JSON. Layout: u32 little-endian byte length of the JSON; the JSON; each array at the
 * next multiple of 8 bytes. The JSON is `{ value, arrays: [{ path, type, length }] }`; arrays are null in `value`.
 */

const arrayTypes = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;
type ArrayType = keyof typeof arrayTypes;
type WireArray = Float64Array | Float32Array | Int32Array | Uint8Array;

interface ArrayPlace {
  readonly path: readonly (string | number)[];
  readonly type: ArrayType;
  readonly length: number;
}

const aligned = (offset: number): number => (offset + 7) & ~7;

function arrayTypeOf(value: unknown): ArrayType | undefined {
  if (value instanceof Float64Array) return 'f64';
  if (value instanceof Float32Array) return 'f32';
  if (value instanceof Int32Array) return 'i32';
  return value instanceof Uint8Array ? 'u8' : undefined;
}

/** A message as bytes. Plain JSON values and `Float64Array`, `Float32Array`, `Int32Array`, `Uint8Array` at any depth. */
export function encodeMessage(message: unknown): Uint8Array {
  const places: ArrayPlace[] = [];
  const arrays: WireArray[] = [];
  const path: (string | number)[] = [];
  /** The value with its arrays taken out; what holds none is itself, so that rows by the thousand are not copied. */
  const strip = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const type = arrayTypeOf(value);
    if (type !== undefined) {
      arrays.push(value as WireArray);
      places.push({ path: [...path], type, length: (value as WireArray).length });
      return null;
    }
    return Array.isArray(value) ? stripItems(value) : stripMembers(value as Readonly<Record<string, unknown>>);
  };
  const stripItems = (items: readonly unknown[]): readonly unknown[] => {
    let copy: unknown[] | null = null;
    for (let index = 0; index < items.length; index += 1) {
      path.push(index);
      const stripped = strip(items[index]);
      path.pop();
      if (stripped !== items[index]) (copy ??= [...items])[index] = stripped;
    }
    return copy ?? items;
  };
  const stripMembers = (members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    let copy: Record<string, unknown> | null = null;
    for (const key of Object.keys(members)) {
      path.push(key);
      const stripped = strip(members[key]);
      path.pop();
      if (stripped !== members[key]) (copy ??= { ...members })[key] = stripped;
    }
    return copy ?? members;
  };
  const value = strip(message);
  const json = new TextEncoder().encode(JSON.stringify({ value, arrays: places }));
  let size = 4 + json.byteLength;
  const offsets = arrays.map((array) => {
    const offset = aligned(size);
    size = offset + array.byteLength;
    return offset;
  });
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, json.byteLength, true);
  bytes.set(json, 4);
  arrays.forEach((array, index) => {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offsets[index]);
  });
  return bytes;
}

/** The message of some bytes. Raises a plain `Error` where they are not one. */
export function decodeMessage(bytes: Uint8Array): unknown {
  const copy = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (copy.byteLength < 4) throw new Error('message too short');
  const jsonLength = new DataView(copy.buffer, copy.byteOffset).getUint32(0, true);
  if (4 + jsonLength > copy.byteLength) throw new Error('message cut short');
  const json = new TextDecoder('utf-8', { fatal: true }).decode(copy.subarray(4, 4 + jsonLength));
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null || !('arrays' in parsed) || !Array.isArray(parsed.arrays)) {
    throw new Error('message without its parts');
  }
  const message = parsed as { value: unknown; arrays: ArrayPlace[] };
  let offset = 4 + jsonLength;
  for (const place of message.arrays) {
    if (!Object.hasOwn(arrayTypes, place.type) || !Number.isSafeInteger(place.length) || place.length < 0)
      throw new Error('bad array');
    const Type = arrayTypes[place.type];
    offset = aligned(offset);
    const sizeBytes = place.length * Type.BYTES_PER_ELEMENT;
    if (offset + sizeBytes > copy.byteLength) throw new Error('array cut short');
    putArray(message, place.path, new Type(copy.buffer as ArrayBuffer, copy.byteOffset + offset, place.length));
    offset += sizeBytes;
  }
  return message.value;
}

function putArray(message: { value: unknown }, path: readonly (string | number)[], array: WireArray): void {
  if (path.length === 0) {
    message.value = array;
    return;
  }
  let target: unknown = message.value;
  for (const step of path.slice(0, -1)) target = own(target, step);
  const last = path.at(-1)!;
  if (own(target, last) !== null) throw new Error('array in a place that is taken');
  (target as Record<string | number, unknown>)[last] = array;
}

function own(target: unknown, step: string | number): unknown {
  if (typeof target !== 'object' || target === null || !Object.hasOwn(target, step))
    throw new Error('array without a place');
  return (target as Record<string | number, unknown>)[step];
}
