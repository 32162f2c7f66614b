/**
 * Walks the bytes of a model before they are decoded: every declared length must fit, and what decoding would
 * allocate must be in proportion to the file. It allocates nothing in proportion to the file itself.
 */
import { ScalarType } from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { TensorFields, compactableTypes, standInField } from './packed-fields.ts';
import type { PackedField, PackedSegment } from './packed-fields.ts';
import { ModelProtoSchema, TensorProtoSchema } from './proto.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** Protobuf's own limit, and so ONNX Runtime's. */
const deepestNesting = 100;
/** A message, string of bytes or unknown field of a real model takes 16 bytes of file or more on average. */
const itemsAlways = 200_000;
const fileBytesPerItem = 16;
/** Numbers kept as separate JavaScript values; beyond this, in proportion to the file. */
const looseBytesAlways = 192 * 2 ** 20;
/** Why the bytes can't be a model. `foreign`: nothing of them looks like ONNX. */
export class WireError extends Error {
  readonly foreign: boolean;
  constructor(message: string, foreign: boolean) {
    super(message);
    this.foreign = foreign;
  }
}

const Wire = { varint: 0, bit64: 1, bytes: 2, bit32: 5 } as const;

interface KnownField {
  readonly name: string;
  readonly wire: number;
  readonly message: DescMessage | null;
  /** Bytes that one decoded number takes in JavaScript, for repeated numbers; 0 for everything else. */
  readonly looseBytes: number;
}

const tables = new WeakMap<DescMessage, ReadonlyMap<number, KnownField>>();

function tableOf(message: DescMessage): ReadonlyMap<number, KnownField> {
  let table = tables.get(message);
  if (table === undefined) {
    table = new Map(message.fields.map((field) => [field.number, knownField(field)]));
    tables.set(message, table);
  }
  return table;
}

function knownField(field: DescField): KnownField {
  const scalar = field.fieldKind === 'list' && field.listKind === 'scalar' ? field.scalar : field.scalar;
  const wire = field.message === undefined ? wireOf(scalar) : Wire.bytes;
  const repeatedNumber = field.fieldKind === 'list' && wire !== Wire.bytes;
  const isBigInt = scalar === ScalarType.INT64 || scalar === ScalarType.UINT64;
  return {
    name: field.name,
    wire,
    message: field.message ?? null,
    looseBytes: repeatedNumber ? (isBigInt ? 36 : 12) : 0,
  };
}

function wireOf(scalar: ScalarType | undefined): number {
  if (scalar === ScalarType.STRING || scalar === ScalarType.BYTES) return Wire.bytes;
  if (scalar === ScalarType.FLOAT) return Wire.bit32;
  return scalar === ScalarType.DOUBLE ? Wire.bit64 : Wire.varint;
}

/** The bytes of a model, which may come into memory only where they are asked for. */
export interface ByteSource {
  readonly bytes: Uint8Array;
  /** Makes `bytes` valid from `start` to `end`. */
  readonly ensure: (start: number, end: number) => void;
}

/** Raw data up to this size is always asked for; above it, only a source in memory has it. */
export const outlineBytes = 16_384;
/** A walk through messages asks for so many bytes at once. */
const windowBytes = 65_536;

/**
 * Checks the bytes of a model. Asks the source for all but long raw data. Returns the packed fields that are worth
 * reading as raw bytes. Throws `WireError`.
 */
export function checkWire(source: ByteSource): readonly PackedSegment[] {
  const walk = new WireWalk(source);
  walk.message(ModelProtoSchema, source.bytes.byteLength, 0);
  return walk.segments;
}

class WireWalk {
  readonly segments: PackedSegment[] = [];
  private readonly source: ByteSource;
  private readonly bytes: Uint8Array;
  /** The bytes from `validFrom` to `validTo` are there. */
  private validFrom = 0;
  private validTo = 0;
  private readonly mostItems: number;
  private readonly mostLooseBytes: number;
  private position = 0;
  private items = 0;
  private looseBytes = 0;
  private sawVersion = false;
  /** A graph began after an IR version: the bytes are meant to be ONNX. */
  private sawGraph = false;

  constructor(source: ByteSource) {
    const { bytes } = source;
    this.source = source;
    this.bytes = bytes;
    this.mostItems = itemsAlways + bytes.byteLength / fileBytesPerItem;
    this.mostLooseBytes = looseBytesAlways + bytes.byteLength * 4;
  }

  message(schema: DescMessage, end: number, depth: number): void {
    if (depth > deepestNesting) throw this.error(say('nestsTooDeep', { most: deepestNesting }));
    const table = tableOf(schema);
    const tensor = schema === TensorProtoSchema ? new TensorFields() : null;
    while (this.position < end) {
      const tagOffset = this.position;
      const tag = this.varint(end);
      const number = Math.floor(tag / 8);
      const wire = tag % 8;
      if (number === 0 || number > 0x1fffffff)
        throw this.error(say('fieldImpossible', { number, message: schema.name }));
      const field = table.get(number);
      if (field === undefined) {
        this.countItem();
        if (tensor !== null && number === standInField) tensor.hasStandInField = true;
        this.skip(`field ${number}`, wire, end);
      } else if (wire === Wire.bytes) {
        this.lengthDelimited(schema, field, end, depth, tensor, tagOffset, number);
      } else if (wire !== field.wire) {
        throw this.error(
          say('fieldOfOtherWire', { field: field.name, message: schema.name, wire, wanted: field.wire }),
        );
      } else {
        const value = wire === Wire.varint ? this.varint(end) : this.skip(field.name, wire, end);
        if (depth === 0 && field.name === 'ir_version') this.sawVersion = true;
        if (tensor !== null && field.name === 'data_type') tensor.dataType = value;
        if (tensor !== null && number in compactableTypes) tensor.hasOtherValues = true;
        this.countLoose(field.looseBytes);
      }
    }
    if (tensor !== null) this.settle(tensor);
  }

  /** Remembers a tensor's packed field for compaction, or counts what decoding its packed fields costs. */
  private settle(tensor: TensorFields): void {
    const segment = tensor.compactable();
    for (const packed of tensor.packed) {
      const isRawAsItStands = segment !== null && packed.wire !== Wire.varint;
      if (!isRawAsItStands || packed.end - packed.start <= outlineBytes) this.source.ensure(packed.start, packed.end);
      if (segment === null) this.countLoose(packed.looseBytes * this.packedCount(packed));
    }
    if (segment !== null) this.segments.push(segment);
  }

  private lengthDelimited(
    schema: DescMessage,
    field: KnownField,
    end: number,
    depth: number,
    tensor: TensorFields | null,
    tagOffset: number,
    number: number,
  ): void {
    if (depth === 0 && field.name === 'graph') this.sawGraph = this.sawVersion;
    const start = this.length(field.name, end);
    const fieldEnd = this.position;
    this.countItem();
    if (field.message !== null) {
      this.position = start;
      this.message(field.message, fieldEnd, depth + 1);
    } else if (field.wire !== Wire.bytes) {
      if (field.looseBytes === 0) throw this.error(say('fieldPacked', { field: field.name, message: schema.name }));
      const packed = { field: number, tagOffset, start, end: fieldEnd, wire: field.wire, looseBytes: field.looseBytes };
      if (tensor === null) {
        this.source.ensure(start, fieldEnd);
        this.countLoose(field.looseBytes * this.packedCount(packed));
      } else tensor.packed.push({ ...packed, hasShortTag: this.bytes[tagOffset] === number * 8 + Wire.bytes });
    } else if (field.name === 'raw_data' && tensor !== null) {
      tensor.hasOtherValues = true;
      if (fieldEnd - start <= outlineBytes) this.source.ensure(start, fieldEnd);
    } else this.source.ensure(start, fieldEnd);
  }

  private packedCount({ wire, start, end }: Pick<PackedField, 'wire' | 'start' | 'end'>): number {
    if (wire !== Wire.varint) return (end - start) / (wire === Wire.bit32 ? 4 : 8);
    let count = 0;
    for (let at = start; at < end; at += 1) if (this.bytes[at]! < 0x80) count += 1;
    return count;
  }

  /** Reads a length and stands behind what it spans; returns where that starts. */
  private length(name: string, end: number): number {
    const sizeBytes = this.varint(end);
    const start = this.position;
    if (sizeBytes > end - start) {
      throw this.error(say('fieldCutShort', { name, bytes: sizeBytes, there: end - start }));
    }
    this.position = start + sizeBytes;
    return start;
  }

  private skip(name: string, wire: number, end: number): number {
    if (wire === Wire.varint) return this.varint(end);
    if (wire !== Wire.bytes && wire !== Wire.bit64 && wire !== Wire.bit32) {
      throw this.error(say('wireUnknown', { name, wire }));
    }
    let start = this.position;
    if (wire === Wire.bytes) start = this.length(name, end);
    else this.position += wire === Wire.bit64 ? 8 : 4;
    if (this.position > end) throw this.error(say('endsInside', { name }));
    this.source.ensure(start, this.position);
    return 0;
  }

  private varint(end: number): number {
    let value = 0;
    for (let shift = 1, count = 0; count < 10; count += 1, shift *= 128) {
      if (this.position >= end) throw this.error(say('endsInsideNumber'));
      if (this.position >= this.validTo || this.position < this.validFrom) this.openWindow();
      const byte = this.bytes[this.position]!;
      this.position += 1;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    throw this.error(say('numberEndless'));
  }

  private openWindow(): void {
    this.validFrom = this.position;
    this.validTo = Math.min(this.position + windowBytes, this.bytes.byteLength);
    this.source.ensure(this.validFrom, this.validTo);
  }

  private countItem(): void {
    this.items += 1;
    if (this.items > this.mostItems) {
      throw this.error(say('tooManyParts', { most: Math.floor(this.mostItems), bytes: this.bytes.byteLength }));
    }
  }

  private countLoose(bytes: number): void {
    this.looseBytes += bytes;
    if (this.looseBytes > this.mostLooseBytes) {
      throw this.error(say('tooManyLoose'));
    }
  }

  private error(message: string): WireError {
    return new WireError(say('atByte', { what: message, byte: this.position }), !this.sawGraph);
  }
}
