import type { SearchBounds } from '../../../shared/search.ts';

/** What was typed; empty where a bound doesn't matter. */
export interface TypedBounds {
  readonly maxDrop: string;
  readonly minSnrDb: string;
  readonly maxLatencyMs: string;
  readonly maxSizeKilobytes: string;
}

/** The bounds; null where none is stated or one is no number. */
export function boundsFrom(typed: TypedBounds): SearchBounds | null {
  const numbers = Object.entries(typed).flatMap(([name, written]) =>
    written.trim() === '' ? [] : [[name, Number(written.replace(',', '.'))] as const],
  );
  if (numbers.length === 0 || numbers.some(([, value]) => !Number.isFinite(value) || value < 0)) return null;
  const { maxSizeKilobytes, ...bounds } = Object.fromEntries(numbers) as Partial<Record<keyof TypedBounds, number>>;
  return {
    ...bounds,
    ...(maxSizeKilobytes === undefined ? {} : { maxSizeBytes: Math.floor(maxSizeKilobytes * 1_000) }),
  };
}
