/** Follows a sweep in the terminal: a bar where there is one, a line a cell where not. */
import type { Cell, QueueState, RunRow, SweepSummary } from '../../../shared/sweep.ts';
import { formatDurationMs, formatLatencyMs } from '../../../shared/units.ts';
import type { Workbench } from '../workbench.ts';
import { progressBar } from './task-progress.ts';
import { cutText } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const cellText = ({ modelName, variant, provider, batchSize, threads }: Cell): string =>
  `${modelName}${variant === 'original' ? '' : `.${variant}`} ${provider} batch ${batchSize}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

/** Draws until the returned function is called. */
export function followSweep({ hub }: Workbench, terminal: Terminal, sweepId: number): () => void {
  let state: QueueState | null = null;
  let medianMs: number | null = null;
  const draw = (): void => {
    const sweep = state?.sweeps.find(({ id }) => id === sweepId);
    if (sweep === undefined) return;
    const median = medianMs === null ? '' : `, median ${formatLatencyMs(medianMs)}`;
    const current = state?.current?.sweepId === sweepId ? `  ${cellText(state.current.cell)}${median}` : '';
    const { done, total } = progressOf(sweep);
    const left = sweep.remainingMs > 0 ? `  ${formatDurationMs(sweep.remainingMs)} left` : '';
    terminal.drawStatus(
      cutText(
        `${progressBar(total === 0 ? 1 : done / total)} ${done}/${total}${left}${current}`,
        terminal.statusWidth - 1,
      ),
    );
  };
  const tellRow = (row: RunRow): void => {
    if (terminal.live || row.sweepId !== sweepId) return;
    const sweep = state?.sweeps.find(({ id }) => id === sweepId);
    const counts = sweep === undefined ? '' : `${progressOf(sweep).done}/${progressOf(sweep).total}  `;
    const name = `${row.model}${row.variant === 'original' ? '' : `.${row.variant}`} ${row.provider} batch ${row.batchSize}, ${row.threads} threads, round ${row.round}`;
    terminal.say(
      `${counts}${name}: ${row.p50Ms === null ? `${row.status}${row.reason === null ? '' : `, ${row.reason}`}` : formatLatencyMs(row.p50Ms)}`,
    );
  };
  const end = hub.subscribe(null, ({ event }) => {
    if (event.type === 'queue') {
      if (event.state.current?.id !== state?.current?.id) medianMs = null;
      state = event.state;
    } else if (event.type === 'progress') medianMs = event.progress.medianMs ?? medianMs;
    else if (event.type === 'run-stored') tellRow(event.row);
    draw();
  });
  return () => {
    end();
    terminal.drawStatus(null);
  };
}

function progressOf({ counts }: SweepSummary): { done: number; total: number } {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { done: total - counts.waiting - counts.running, total };
}
