/** Damages files in the ways that transfers, disks and attackers do; the same seed gives the same damage. */
import { decodeModel } from '../../main/engine/onnx/read-model.ts';
import { tensorsOf } from '../../main/engine/onnx/tensors-of.ts';
import { seededRandom } from '../fixtures/example-run.ts';

/** A file to be damaged, and where its structure stands: everything but raw weights. */
export interface Specimen {
  readonly bytes: Uint8Array;
  readonly structure: readonly (readonly [start: number, end: number])[];
}

/** So much of the damage hits the structure, which is a small part of a file. */
const structureShare = 0.85;
const mostDamages = 3;

/** A model file, which must be sound. */
export function specimenOf(bytes: Uint8Array): Specimen {
  const weights = [...tensorsOf(decodeModel(bytes))]
    .map(({ tensor }) => tensor.rawData)
    .filter((raw) => raw.buffer === bytes.buffer && raw.byteLength > 0)
    .map((raw) => [raw.byteOffset - bytes.byteOffset, raw.byteOffset - bytes.byteOffset + raw.byteLength] as const)
    .sort(([a], [b]) => a - b);
  const structure: [number, number][] = [];
  let from = 0;
  for (const [start, end] of [...weights, [bytes.byteLength, bytes.byteLength] as const]) {
    if (start > from) structure.push([from, start]);
    from = end;
  }
  return { bytes, structure };
}

/** One of endlessly many damaged forms of the file. */
export function mutant(specimen: Specimen, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  let bytes: Uint8Array = new Uint8Array(specimen.bytes);
  for (let count = 1 + below(below(mostDamages) + 1); count > 0; count -= 1) {
    const damage = damages[below(damages.length)]!;
    bytes = damage(bytes, Math.min(placeIn(specimen, random), Math.max(0, bytes.byteLength - 1)), below);
  }
  return bytes;
}

function placeIn({ bytes, structure }: Specimen, random: () => number): number {
  if (random() > structureShare) return Math.floor(random() * bytes.byteLength);
  // Long stretches must not swallow the short ones between tensors: each is as likely.
  const [start, end] = structure[Math.floor(random() * structure.length)]!;
  return start + Math.floor(random() * (end - start));
}

type Damage = (bytes: Uint8Array, at: number, below: (limit: number) => number) => Uint8Array;

const overwrite = (bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array => {
  bytes.set(values.slice(0, bytes.byteLength - at), at);
  return bytes;
};
const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Varints that ask for much: 2^31 − 1, 2^32 − 1, 2^63, and one that never ends. */
const boldVarints: readonly (readonly number[])[] = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  Array<number>(11).fill(0xff),
  [0x80, 0x80, 0x00],
];

const damages: readonly Damage[] = [
  (bytes, at, below) => overwrite(bytes, at, [bytes[at]! ^ (1 << below(8))]),
  (bytes, at, below) => overwrite(bytes, at, [below(256)]),
  (bytes, at, below) => overwrite(bytes, at, [bytes[at]! + (below(2) === 0 ? 1 : -1)]),
  (bytes, at, below) => overwrite(bytes, at, boldVarints[below(boldVarints.length)]!),
  (bytes, at, below) => overwrite(bytes, at, Array<number>(1 + below(64)).fill(below(2) === 0 ? 0 : 0xff)),
  (bytes, at, below) =>
    overwrite(
      bytes,
      at,
      Array.from({ length: 1 + below(16) }, () => below(256)),
    ),
  (bytes, at) => bytes.slice(0, at),
  (bytes, at, below) => joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(32))),
  (bytes, at, below) => joined(bytes.subarray(0, at), bytes.subarray(at, at + 1 + below(4_096)), bytes.subarray(at)),
  (bytes, at, below) => bytes.copyWithin(at, below(bytes.byteLength), below(bytes.byteLength)),
  (bytes, at, below) =>
    joined(
      bytes.subarray(0, at),
      Uint8Array.from({ length: 1 + below(8) }, () => below(256)),
      bytes.subarray(at),
    ),
];
