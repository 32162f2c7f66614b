/** The geometry of the running-median chart, in a plane of the given size. */
import type { JobProgress } from '../../../shared/sweep.ts';

export interface RunningChart {
  /** `points` of the median's line. */
  readonly line: string;
  /** `points` of the interval's area. */
  readonly band: string;
  readonly lowMs: number;
  readonly highMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Measured {
  readonly elapsedMs: number;
  readonly medianMs: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** The chart, or null below two points. The first intervals may be huge: the scale follows the later half. */
export function runningChart(
  points: readonly JobProgress[],
  size: { readonly width: number; readonly height: number },
): RunningChart | null {
  const measured = points.flatMap((point): Measured[] => {
    const { elapsedMs, medianMs, lowMs, highMs, phase } = point;
    if (phase !== 'measuring' || medianMs === null) return [];
    return [{ elapsedMs, medianMs, lowMs: lowMs ?? medianMs, highMs: highMs ?? medianMs }];
  });
  const [first] = measured;
  const last = measured.at(-1);
  if (first === undefined || last === undefined || last.elapsedMs <= first.elapsedMs) return null;
  const later = measured.slice(Math.floor(measured.length / 2));
  const least = Math.min(...measured.map((point) => point.medianMs), ...later.map((point) => point.lowMs));
  const most = Math.max(...measured.map((point) => point.medianMs), ...later.map((point) => point.highMs));
  const margin = Math.max((most - least) * 0.15, most * 0.005);
  const [lowMs, highMs] = [Math.max(0, least - margin), most + margin];
  const x = ({ elapsedMs }: Measured): string =>
    (((elapsedMs - first.elapsedMs) / (last.elapsedMs - first.elapsedMs)) * size.width).toFixed(1);
  const y = (valueMs: number): string => {
    const share = (Math.min(highMs, Math.max(lowMs, valueMs)) - lowMs) / (highMs - lowMs);
    return (size.height * (1 - share)).toFixed(1);
  };
  const above = measured.map((point) => `${x(point)},${y(point.highMs)}`);
  const below = measured.map((point) => `${x(point)},${y(point.lowMs)}`).reverse();
  return {
    line: measured.map((point) => `${x(point)},${y(point.medianMs)}`).join(' '),
    band: [...above, ...below].join(' '),
    lowMs,
    highMs,
    fromMs: first.elapsedMs,
    toMs: last.elapsedMs,
  };
}
