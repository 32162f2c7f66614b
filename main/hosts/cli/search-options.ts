/** The bounds of `crivo optimize --auto`, from its options. */
import { CrivoError } from '../../../shared/errors.ts';
import { measureProfileNames } from '../../../shared/measurement.ts';
import type { MeasureProfileName } from '../../../shared/measurement.ts';
import type { SearchBounds } from '../../../shared/search.ts';

export interface SearchOptions {
  readonly auto?: boolean;
  readonly maxDrop?: string;
  readonly minSnr?: string;
  readonly maxLatency?: string;
  readonly maxSize?: string;
  readonly threads?: string;
  readonly batch?: string;
  readonly rounds?: string;
  readonly measure?: string;
  readonly trials?: string;
  readonly again?: boolean;
}

/** Raises `invalid-input` with the option at fault. */
export function searchBounds(options: SearchOptions): SearchBounds {
  const { maxDrop, minSnr, maxLatency, maxSize } = options;
  return {
    ...(maxDrop === undefined ? {} : { maxDrop: amount('--max-drop', maxDrop, { '': 1, '%': 1 }, '0.5') }),
    ...(minSnr === undefined ? {} : { minSnrDb: amount('--min-snr', minSnr, { '': 1, dB: 1 }, '25') }),
    ...(maxLatency === undefined
      ? {}
      : { maxLatencyMs: amount('--max-latency', maxLatency, { ms: 1, s: 1_000, us: 0.001, µs: 0.001 }, '2ms') }),
    ...(maxSize === undefined
      ? {}
      : { maxSizeBytes: Math.floor(amount('--max-size', maxSize, { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 }, '300kB')) }),
  };
}

/** A whole number within bounds. Raises `invalid-input` with them. */
export function count(option: string, written: string | undefined, least = 1, most = 99_999): number | undefined {
  if (written === undefined) return undefined;
  const number = /^\d{1,5}$/.test(written) ? Number(written) : NaN;
  if (number >= least && number <= most) return number;
  throw new CrivoError('invalid-input', `${option} must be a whole number from ${least} to ${most}, not "${written}".`);
}

/** A profile of the protocol. */
export function profileOf(written: string | undefined): MeasureProfileName | undefined {
  const known = measureProfileNames.find((name) => name === written);
  if (known !== undefined || written === undefined) return known;
  throw new CrivoError('invalid-input', `--measure must be ${measureProfileNames.join(', ')}, not "${written}".`);
}

function amount(option: string, written: string, units: Readonly<Record<string, number>>, example: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(\S*)$/.exec(written.trim()) ?? [];
  const factor =
    units[unit] ?? units[Object.keys(units).find((name) => name.toLowerCase() === unit.toLowerCase()) ?? '?'];
  if (digits !== '' && factor !== undefined) return Number(digits) * factor;
  const known = Object.keys(units).filter((name) => name !== '');
  throw new CrivoError(
    'invalid-input',
    `${option} must be a number${known.length === 0 ? '' : ` in ${known.join(', ')}`}, as in "${option} ${example}", not "${written}".`,
  );
}
