import { createHash } from 'node:crypto';
import type { Cell } from '../../../shared/sweep.ts';

/** JSON with the keys of every object in order, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** SHA-256 of a text, lower-case hex. */
const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 (lower-case hex) of a value's canonical JSON. */
export const canonicalHash = (value: unknown): string => sha256Hex(canonicalJson(value));

/** A cell with the text that is stored of it and its key. */
export interface IdentifiedCell {
  readonly cell: Cell;
  readonly key: string;
  readonly json: string;
}

/** The key of a cell is its text's hash: the same in every sweep that asks for the same thing. */
export function identifyCell(cell: Cell): IdentifiedCell {
  const json = canonicalJson(cell);
  return { cell, key: sha256Hex(json), json };
}

export const cellKey = (cell: Cell): string => identifyCell(cell).key;
