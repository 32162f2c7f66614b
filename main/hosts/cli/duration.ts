import { CrivoError } from '../../../shared/errors.ts';

const unitMs = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 } as const;

/** A duration as a person writes it (`90m`, `6h`, `1.5 h`), in ms. Raises `invalid-input`. */
export function durationMs(text: string): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h)\s*$/.exec(text) ?? [];
  const value = Number(number) * (unitMs[unit as keyof typeof unitMs] ?? Number.NaN);
  if (value > 0) return value;
  throw new CrivoError('invalid-input', `"${text}" is no duration; write it like 90m or 6h.`);
}
