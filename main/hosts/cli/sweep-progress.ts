/** Follows a sweep in the terminal: a bar where there is one, a line a cell where not. */
import { scenarioLabel } from '../../../shared/measurement.ts';
import type { Cell, QueueState, RunRow, SweepSummary } from '../../../shared/sweep.ts';
import { formatDurationMs, formatLatencyMs } from '../../../shared/units.ts';
import type { Workbench } from '../workbench.ts';
import { progressBar } from './task-progress.ts';
import { cutText, printable } from './terminal.ts';
import type { Terminal } from './terminal.ts';

type Point = Pick<Cell, 'modelName' | 'variant' | 'batchSize' | 'threads'> & {
  readonly provider: string;
  /** As `scenarioLabel` writes it. */
  readonly scenario: string;
};

/** A cell in one line: `digits-resnet.int8 cpu batch 4, 2 threads, offline, 2 processes`. */
export const cellText = ({ modelName, variant, provider, batchSize, threads, scenario }: Point): string =>
  [
    `${modelName}${variant === 'original' ? '' : `.${variant}`} ${provider} batch ${batchSize}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    ...(scenario === 'single-stream' ? [] : [scenario]),
  ].join(', ');

function outcomeText({ p50Ms, status, reason }: RunRow): string {
  if (p50Ms !== null && status === 'done') return formatLatencyMs(p50Ms);
  return reason === null ? status : `${status}: ${reason}`;
}

/** Draws until the returned function is called. */
export function followSweep({ hub }: Pick<Workbench, 'hub'>, terminal: Terminal, sweepId: number): () => void {
  let state: QueueState | null = null;
  let medianMs: number | null = null;
  let stored = 0;
  let doneBefore = 0;
  const draw = (): void => {
    const sweep = state?.sweeps.find(({ id }) => id === sweepId);
    if (sweep === undefined) return;
    const median = medianMs === null ? '' : `  median ${formatLatencyMs(medianMs)}`;
    const cell = state?.current?.sweepId === sweepId ? state.current.cell : null;
    const current = cell === null ? '' : `${median}  ${cellText({ ...cell, scenario: scenarioLabel(cell.scenario) })}`;
    const { done, total } = progressOf(sweep);
    const left = sweep.remainingMs > 0 ? `  ${formatDurationMs(sweep.remainingMs)} left` : '';
    terminal.drawStatus(
      cutText(
        printable(`${progressBar(total === 0 ? 1 : done / total)} ${done}/${total}${left}${current}`),
        terminal.statusWidth - 1,
      ),
    );
  };
  const tellRow = (row: RunRow): void => {
    if (row.sweepId !== sweepId) return;
    stored += 1;
    // A bar tells of what went well; a failure stays to be read.
    if (terminal.live && row.status !== 'failed') return;
    const sweep = state?.sweeps.find(({ id }) => id === sweepId);
    // The queue's state is told less often than runs are stored.
    const counts = sweep === undefined ? '' : `${doneBefore + stored}/${progressOf(sweep).total}  `;
    const name = `${cellText({ ...row, modelName: row.model })}, round ${row.round}`;
    terminal.say(printable(`${counts}${name}: ${outcomeText(row)}`));
  };
  const end = hub.subscribe(null, ({ event }) => {
    if (event.type === 'queue') {
      if (event.state.current?.id !== state?.current?.id) medianMs = null;
      const own = event.state.sweeps.find(({ id }) => id === sweepId);
      if (state === null && own !== undefined) doneBefore = progressOf(own).done;
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
