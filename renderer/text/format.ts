/** Quantities as text in the person's language; the units of `shared/units.ts`, numbers by Intl. */

export interface Format {
  readonly locale: string;
  /** A plain number, grouped, with at most the given decimals. */
  readonly number: (value: number, decimals?: number) => string;
  /** Three significant digits. */
  readonly digits: (value: number) => string;
  readonly latencyMs: (valueMs: number) => string;
  /** A number along an axis: in the unit of the largest, without zeros that say nothing. */
  readonly latencyTickMs: (valueMs: number, ticksMs: readonly number[]) => string;
  readonly bytes: (sizeBytes: number) => string;
  /** With an SI suffix (`1.2 M`). */
  readonly count: (value: number) => string;
  readonly durationMs: (valueMs: number) => string;
  /** A fraction as a percentage. */
  readonly percent: (fraction: number, decimals?: number) => string;
  readonly dateTime: (iso: string) => string;
  /** Without the year where it is this one, for tables. */
  readonly shortDateTime: (iso: string) => string;
  readonly time: (iso: string) => string;
  readonly list: (items: readonly string[]) => string;
}

const latencyUnits = ['µs', 'ms', 's'] as const;
const latencyScales = [1000, 1, 0.001] as const;

const latencyStep = (valueMs: number): 0 | 1 | 2 => (Math.abs(valueMs) < 1 ? 0 : Math.abs(valueMs) < 1000 ? 1 : 2);

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const suffixes = ['', ' k', ' M', ' G', ' T'] as const;

/** Formatters of a language. */
export function createFormat(locale: string): Format {
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const dayAndTime: Intl.DateTimeFormatOptions = {
    ...{ day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    // Only English doesn't agree whether the day or the month comes first; elsewhere numbers are shorter.
    month: locale.startsWith('en') ? 'short' : '2-digit',
  };
  const thisYear = new Intl.DateTimeFormat(locale, dayAndTime);
  const otherYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const list = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' });
  const plain = [0, 1, 2, 3].map((decimals) => new Intl.NumberFormat(locale, { maximumFractionDigits: decimals }));
  const fixed = [0, 1, 2, 3].map(
    (decimals) => new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
  );
  const percents = [0, 1, 2].map(
    (decimals) =>
      new Intl.NumberFormat(locale, {
        style: 'percent',
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      }),
  );

  const digits = (value: number): string => {
    const magnitude = Math.abs(value);
    return fixed[magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2]!.format(value);
  };
  const stepped = (value: number, steps: readonly string[]): string => {
    let scaled = value;
    let step = 0;
    while (Math.abs(scaled) >= 999.5 && step < steps.length - 1) {
      scaled /= 1000;
      step += 1;
    }
    return (step === 0 ? plain[0]!.format(scaled) : digits(scaled)) + steps[step]!;
  };

  return {
    locale,
    number: (value, decimals = 0) => plain[Math.min(3, decimals)]!.format(value),
    digits,
    latencyMs: (valueMs) => {
      const step = latencyStep(valueMs);
      return `${digits(valueMs * latencyScales[step])} ${latencyUnits[step]}`;
    },
    latencyTickMs: (valueMs, ticksMs) => {
      const step = latencyStep(Math.max(...ticksMs.map(Math.abs)));
      return `${plain[3]!.format(valueMs * latencyScales[step])} ${latencyUnits[step]}`;
    },
    bytes: (sizeBytes) =>
      stepped(
        sizeBytes,
        byteUnits.map((unit) => ` ${unit}`),
      ),
    count: (value) => stepped(value, suffixes),
    durationMs: (valueMs) => duration(valueMs, fixed),
    percent: (fraction, decimals = 1) => percents[Math.min(2, decimals)]!.format(fraction),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    shortDateTime: (iso) => {
      const date = new Date(iso);
      return (date.getFullYear() === new Date().getFullYear() ? thisYear : otherYear).format(date);
    },
    time: (iso) => time.format(new Date(iso)),
    list: (items) => list.format(items),
  };
}

function duration(valueMs: number, fixed: readonly Intl.NumberFormat[]): string {
  const seconds = Math.round(valueMs / 1000);
  if (seconds < 60) return `${valueMs < 9950 ? fixed[1]!.format(valueMs / 1000) : seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
