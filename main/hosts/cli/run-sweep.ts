/** `crivo sweep run`: queues a sweep, works it off, tells its results. */
import { CrivoError } from '../../../shared/errors.ts';
import { formatDurationMs } from '../../../shared/units.ts';
import type { Workbench } from '../workbench.ts';
import type { CommandContext } from './context.ts';
import { exportRuns } from './export-runs.ts';
import { describeKeptRates, serverRuns } from './kept-rates.ts';
import { sayNotes } from './plan-text.ts';
import { reasonsOf, renderRuns } from './run-table.ts';
import { inFile } from './specification-text.ts';
import type { SpecificationText } from './specification-text.ts';
import { followSweep } from './sweep-progress.ts';
import { printable, wrapText } from './terminal.ts';

const mostRowsShown = 500;

export interface SweepRun {
  readonly file: string;
  readonly text: SpecificationText;
  readonly outputs: { readonly csv?: string; readonly json?: string };
  readonly signal: AbortSignal;
  readonly context: CommandContext;
}

/** Runs the sweep before all others of the queue, which go on waiting. Raises `conflict` where another process works, and leaves nothing queued then. */
export async function runSweep(
  workbench: Workbench,
  { file, text, outputs, signal, context }: SweepRun,
): Promise<void> {
  const { call } = workbench;
  const { terminal } = context;
  const plan = await call('sweeps.plan', text).catch(inFile(file));
  sayNotes(plan, terminal);
  const { id, counts } = await call('sweeps.queue', text).catch(inFile(file));
  const begin = `Sweep ${id} "${plan.name}": ${plan.runCount} runs, about ${formatDurationMs(plan.estimateMs)} (${plan.estimateBasis}).`;
  terminal.say(wrapText(printable(begin), terminal.statusWidth));
  if (counts.waiting > 0) {
    await call('queue.move', { sweepId: id, position: 0 });
    await workOff(workbench, terminal, id, signal);
  }
  if (signal.aborted) {
    terminal.say(
      `Stopped; what is measured is kept. "crivo queue run" goes on with sweep ${id}, "crivo queue cancel ${id}" drops the rest.`,
    );
    return;
  }
  await tellResults(workbench, id, outputs, context);
}

/** Ends when the sweep has or the signal comes; a cell of another sweep that was begun by then waits again when the workbench closes. */
async function workOff(
  { call, hub, queueIdle }: Workbench,
  terminal: CommandContext['terminal'],
  id: number,
  signal: AbortSignal,
): Promise<void> {
  const done = Promise.withResolvers<null>();
  const stop = (): void => done.resolve(null);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  await call('queue.start', {}).catch(async (error: unknown) => {
    if (error instanceof CrivoError && error.kind === 'conflict') await call('sweeps.remove', { id });
    throw error;
  });
  const unfollow = followSweep({ hub }, terminal, id);
  const end = hub.subscribe(null, ({ event }) => {
    const own = event.type === 'queue' ? event.state.sweeps.find((sweep) => sweep.id === id) : undefined;
    if (own !== undefined && own.counts.waiting + own.counts.running === 0) stop();
  });
  try {
    const ending = await Promise.race([queueIdle(), done.promise]);
    if (ending?.reason === 'failed' && !signal.aborted) throw ending.failure;
  } finally {
    signal.removeEventListener('abort', stop);
    end();
    unfollow();
  }
}

async function tellResults(
  { call }: Workbench,
  sweepId: number,
  outputs: SweepRun['outputs'],
  { terminal, setExitCode }: CommandContext,
): Promise<void> {
  const { rows, total } = await call('results.query', { sweepId, limit: mostRowsShown });
  const toStdout = outputs.csv === '-' || outputs.json === '-';
  if (!toStdout) {
    await terminal.print(renderRuns(rows, terminal));
    if (total > rows.length)
      await terminal.print(`… and ${total - rows.length} more: crivo results --sweep ${sweepId}\n`);
  }
  const say = (line: string): void => terminal.say(wrapText(printable(line), terminal.statusWidth));
  for (const line of describeKeptRates(await serverRuns(call, rows))) say(line);
  for (const reason of reasonsOf(rows)) say(reason);
  for (const format of ['csv', 'json'] as const) {
    const file = outputs[format];
    if (file === undefined) continue;
    const written = await exportRuns(call, { sweepId }, format, file, terminal);
    if (file !== '-') say(`${written} rows written to ${file}`);
  }
  // Counted by the queue: the table may not hold every run.
  const { failed } = (await call('sweeps.get', { id: sweepId })).summary.counts;
  if (failed > 0) {
    setExitCode(1);
    say(`${failed} of ${total} runs failed; "crivo queue retry ${sweepId}" lets them wait again.`);
  }
  say(
    'Open the workbench with "npm start" in this folder, or with "crivo serve", to compare runs and see their charts.',
  );
}
