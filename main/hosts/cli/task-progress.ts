/** Draws the progress of a long call, and cancels it on Ctrl-C. */
import { randomUUID } from 'node:crypto';
import { formatPercent } from '../../../shared/units.ts';
import type { Workbench } from '../workbench.ts';
import { cutText } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const barWidth = 24;

/** A bar of 24 characters for a fraction 0–1. */
export function progressBar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
}

/** Draws how far a job is; for `JobOptions.onProgress`. */
export const progressOn =
  (terminal: Terminal) =>
  (fraction: number | null, message: string): void => {
    const share = fraction === null ? '' : `${progressBar(fraction)} ${formatPercent(fraction, 0).padStart(4)}  `;
    terminal.drawStatus(cutText(`${share}${message}`, terminal.statusWidth - 1));
  };

/** Makes the call under a task id whose progress is drawn. */
export async function withTask<Result>(
  { hub, call }: Workbench,
  terminal: Terminal,
  signal: AbortSignal,
  start: (taskId: string) => Promise<Result>,
): Promise<Result> {
  const taskId = randomUUID();
  const draw = progressOn(terminal);
  const end = hub.subscribe(null, ({ event }) => {
    if (event.type !== 'task' || event.task.taskId !== taskId || event.task.state !== 'running') return;
    draw(event.task.fraction, event.task.message);
  });
  const cancel = (): void => void call('tasks.cancel', { taskId }).catch(() => {});
  signal.addEventListener('abort', cancel);
  try {
    return await start(taskId);
  } finally {
    signal.removeEventListener('abort', cancel);
    end();
    terminal.drawStatus(null);
  }
}
