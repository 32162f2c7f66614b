import { largeBytes } from './encode-chunks.ts';
import { elementBits } from './tensor.ts';
import type { ModelProto } from './proto.ts';
import { tensorsOf } from './tensors-of.ts';

/** Tag and length before a field of 64 KiB or more. */
const headerBytes = 4;

/**
 * Moves large raw data within `bytes`, which the model was decoded from, over the tag and length before it, to where it can be
 * read as numbers; changes the tensors. Else every pass would copy every weight. Raw data elsewhere, and what would have to move
 * farther, stays.
 */
export function alignRawData(model: ModelProto, bytes: Uint8Array): void {
  for (const { tensor } of tensorsOf(model)) {
    const raw = Object.hasOwn(tensor, 'rawData') ? tensor.rawData : null;
    if (raw === null || raw.buffer !== bytes.buffer || raw.byteLength < largeBytes) continue;
    const shift = raw.byteOffset % Math.max(1, elementBits(tensor.dataType ?? 0) / 8);
    if (shift === 0 || shift > headerBytes) continue;
    const from = raw.byteOffset - bytes.byteOffset;
    bytes.copyWithin(from - shift, from, from + raw.byteLength);
    tensor.rawData = new Uint8Array(raw.buffer, raw.byteOffset - shift, raw.byteLength);
  }
}
