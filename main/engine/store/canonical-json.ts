import { createHash } from 'node:crypto';
import type { Cell } from '../../../shared/sweep.ts';

/** JSON with the keys of every object in order, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** SHA-256 (lower-case hex) of a value's canonical JSON. */
export const canonicalHash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

/** The key of a cell: the same in every sweep that asks for the same thing. */
export const cellKey = (cell: Cell): string => canonicalHash(cell);
