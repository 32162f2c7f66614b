/** Conversions and formatting of quantities; every name carries its unit. */

/** Nanoseconds (bigint, as `process.hrtime.bigint` gives) to milliseconds. */
export const nanosecondsToMs = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;

/** A latency in ms as text with three significant digits and the fitting unit (`412 µs`, `3.07 ms`, `1.2 s`). */
export function formatLatencyMs(latencyMs: number): string {
  if (!Number.isFinite(latencyMs)) return '';
  const magnitude = Math.abs(latencyMs);
  if (magnitude < 1) return `${threeDigits(latencyMs * 1000)} µs`;
  if (magnitude < 1000) return `${threeDigits(latencyMs)} ms`;
  return `${threeDigits(latencyMs / 1000)} s`;
}

/** A size in bytes as text, decimal units (`1.59 MB`). */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = sizeBytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${threeDigits(value)} ${units[unit]}`;
}

/** A count with SI suffix (`392 k`, `1.2 G`). */
export function formatCount(count: number): string {
  const suffixes = ['', ' k', ' M', ' G', ' T'];
  let value = count;
  let suffix = 0;
  while (Math.abs(value) >= 999.5 && suffix < suffixes.length - 1) {
    value /= 1000;
    suffix += 1;
  }
  return suffix === 0 ? String(value) : `${threeDigits(value)}${suffixes[suffix]}`;
}

/** A duration in ms as a person says it (`45 s`, `3 min 20 s`, `2 h 5 min`). */
export function formatDurationMs(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return durationMs < 9950 ? `${(durationMs / 1000).toFixed(1)} s` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A fraction as a percentage with the given decimals (`0.992` → `99.2%`). */
export const formatPercent = (fraction: number, decimals = 1): string => `${(fraction * 100).toFixed(decimals)}%`;

function threeDigits(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 99.95) return value.toFixed(0);
  if (magnitude >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}
