import type { JobProgress, JobRow } from '../../../shared/sweep.ts';
import { formatDurationMs, formatLatencyMs } from '../../../shared/units.ts';
import { cellWords } from './cell-words.ts';
import { cutText, printable } from './terminal.ts';

/** How far the work is. */
export interface WorkDone {
  readonly done: number;
  readonly total: number;
  /** Estimated ms that it still takes, the running cell's whole time included. */
  readonly remainingMs: number;
  readonly current: JobRow | null;
  readonly progress: JobProgress | null;
}

const barColumns = 20;

/** The line of progress: bar, cells done of all, time left, the running cell and its running median; at most `width` columns. */
export function progressLine({ done, total, remainingMs, current, progress }: WorkDone, width: number): string {
  const filled = total === 0 ? barColumns : Math.floor((done / total) * barColumns);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)}`;
  const leftMs = Math.max(0, remainingMs - (progress?.elapsedMs ?? 0));
  const parts = [`${bar} ${done}/${total}`];
  if (done < total) parts.push(`${formatDurationMs(leftMs)} left`);
  if (current !== null) {
    parts.push(printable(cellWords(current.cell)));
    if (progress?.jobId === current.id) parts.push(phaseWords(progress));
  }
  return cutText(parts.join(' · '), width);
}

const phaseWords = ({ phase, medianMs }: JobProgress): string =>
  medianMs === null ? phase : `${phase}, median ${formatLatencyMs(medianMs)}`;
