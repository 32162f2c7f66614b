import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { CrivoError } from '../../../../shared/errors.ts';
import type { PlannedCell, SweepPlan } from '../../../../shared/sweep.ts';
import { formatDurationMs } from '../../../../shared/units.ts';
import type { Workbench } from '../../workbench.ts';
import type { CommandContext } from '../context.ts';
import { exportRuns } from '../export-runs.ts';
import { nextTime } from '../next-time.ts';
import { renderRuns } from '../run-table.ts';
import { followSweep } from '../sweep-progress.ts';
import { printable, wrapText } from '../terminal.ts';
import { renderTable } from '../text-table.ts';

const mostRowsShown = 500;

/** `crivo sweep …`: plans, runs and queues sweeps. */
export function addSweepCommand(program: Command, context: CommandContext): void {
  const sweep = program.command('sweep').description('plan, run or queue a benchmark sweep');
  sweep
    .command('plan <spec.yml>')
    .description('show the cells, those that can’t run and why, and the time it will take')
    .option('--json', 'print as JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const text = await readSpecification(file);
      const plan = await context.withWorkbench(({ workbench: { call } }) => call('sweeps.plan', text).catch(inFile(file)));
      await context.terminal.print(json === true ? `${JSON.stringify(plan, null, 2)}\n` : describePlan(plan, context));
    });
  sweep
    .command('run <spec.yml>')
    .description('run a sweep now and show its table')
    .option('--csv <file>', 'write the runs as CSV (- for stdout)')
    .option('--json <file>', 'write the runs as JSON (- for stdout)')
    .action(async (file: string, outputs: { csv?: string; json?: string }) => {
      const text = await readSpecification(file);
      await context.withWorkbench(({ workbench, signal }) => runSweep(workbench, { file, text, outputs, signal, context }));
    });
  sweep
    .command('queue <spec.yml>')
    .description('leave a sweep in the queue')
    .option('--at <time>', 'start at this time of day (01:00), or date and time')
    .option('--until <time>', 'start no cell after this time')
    .action(async (file: string, { at, until }: { at?: string; until?: string }) => {
      const text = await readSpecification(file);
      const startAt = at === undefined ? undefined : nextTime(at, new Date());
      const untilAt = until === undefined ? undefined : nextTime(until, startAt ?? new Date());
      const summary = await context.withWorkbench(({ workbench: { call } }) =>
        call('sweeps.queue', {
          ...text,
          ...(startAt === undefined ? {} : { startAt: startAt.toISOString() }),
          ...(untilAt === undefined ? {} : { untilAt: untilAt.toISOString() }),
        }).catch(inFile(file)),
      );
      const runs = summary.counts.waiting;
      const when = startAt === undefined ? '' : `, not before ${startAt.toLocaleString()}`;
      await context.terminal.print(
        `queued as sweep ${summary.id}: ${runs} ${runs === 1 ? 'run' : 'runs'}, about ${formatDurationMs(summary.remainingMs)}${when}\n`,
      );
      context.terminal.say('It runs while the workbench is open ("crivo serve"), or with "crivo queue run".');
    });
}

interface SweepText {
  readonly yaml: string;
  readonly folder: string;
}

async function readSpecification(file: string): Promise<SweepText> {
  const yaml = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? "doesn't exist" : `can't be read (${cause.code})`;
    throw new CrivoError('invalid-input', `The specification ${file} ${why}; check its path.`, { cause });
  });
  return { yaml, folder: dirname(resolve(file)) };
}

/** Says in which file the line is that an error names. */
const inFile =
  (file: string) =>
  (error: unknown): never => {
    if (error instanceof CrivoError && error.line !== undefined) {
      throw new CrivoError(error.kind, `${file}, ${error.message}`, { line: error.line, cause: error });
    }
    throw error;
  };

interface SweepRun {
  readonly file: string;
  readonly text: SweepText;
  readonly outputs: { readonly csv?: string; readonly json?: string };
  readonly signal: AbortSignal;
  readonly context: CommandContext;
}

async function runSweep(workbench: Workbench, { file, text, outputs, signal, context }: SweepRun): Promise<void> {
  const { call, queueIdle } = workbench;
  const { terminal } = context;
  const plan = await call('sweeps.plan', text).catch(inFile(file));
  for (const note of plan.notes) terminal.say(wrapText(`Note: ${note}`, terminal.statusWidth));
  const { id } = await call('sweeps.queue', text).catch(inFile(file));
  const begin = `Sweep ${id} "${plan.name}": ${plan.runCount} runs, about ${formatDurationMs(plan.estimateMs)} (${plan.estimateBasis}).`;
  terminal.say(wrapText(printable(begin), terminal.statusWidth));
  // Only this sweep was asked for: the others wait for "crivo queue run".
  await call('queue.move', { sweepId: id, position: 0 });
  const unfollow = followSweep(workbench, terminal, id);
  const pause = (): void => void call('queue.pause', {});
  signal.addEventListener('abort', pause);
  try {
    const pauseAfter = workbench.hub.subscribe(null, ({ event }) => {
      const own = event.type === 'queue' ? event.state.sweeps.find((sweep) => sweep.id === id) : undefined;
      if (own !== undefined && own.finishedAt !== null) pause();
    });
    await call('queue.start', {});
    if (!signal.aborted) await Promise.race([queueIdle(), aborted(signal)]);
    pauseAfter();
  } finally {
    signal.removeEventListener('abort', pause);
    unfollow();
  }
  if (signal.aborted) {
    terminal.say(
      `Stopped; what is measured is kept. "crivo queue run" goes on with sweep ${id}, "crivo queue cancel ${id}" drops the rest.`,
    );
    return;
  }
  const end = await queueIdle();
  if (end.reason === 'failed') throw end.failure;
  await tellResults(workbench, id, outputs, context);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

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
  for (const format of ['csv', 'json'] as const) {
    const file = outputs[format];
    if (file === undefined) continue;
    const written = await exportRuns(call, { sweepId }, format, file, terminal);
    if (file !== '-') terminal.say(`${written} rows written to ${file}`);
  }
  const failed = rows.filter(({ status }) => status === 'failed').length;
  if (failed > 0) {
    setExitCode(1);
    terminal.say(`${failed} of ${total} runs failed; the table says why.`);
  }
  terminal.say(
    'Open the workbench with "npm start" in this folder, or with "crivo serve", to compare runs and see their charts.',
  );
}

function describePlan(plan: SweepPlan, { terminal }: CommandContext): string {
  const runnable = plan.cells.filter(({ skipped }) => skipped === null);
  const skipped = plan.cells.filter((planned) => planned.skipped !== null);
  const table = (cells: readonly PlannedCell[]): string =>
    renderTable<PlannedCell>(
      [
        { title: '  model', text: ({ cell }) => `  ${cell.modelName}`, shortest: 14 },
        { title: 'variant', text: ({ cell }) => cell.variant },
        { title: 'provider', text: ({ cell }) => cell.provider },
        { title: 'batch', align: 'right', text: ({ cell }) => String(cell.batchSize) },
        { title: 'threads', align: 'right', text: ({ cell }) => String(cell.threads) },
        { title: 'optimization', text: ({ cell }) => cell.graphOptimization, dropOrder: 2 },
        { title: 'scenario', text: ({ cell }) => cell.scenario.kind, dropOrder: 1 },
        {
          title: 'time',
          align: 'right',
          text: ({ estimateMs, skipped: why }) => (why === null ? formatDurationMs(estimateMs) : ''),
        },
      ],
      cells,
      terminal.width,
      (title) => terminal.paint('bold', title),
    );
  const reasons = new Map<string, PlannedCell[]>();
  for (const cell of skipped) {
    const why = `${cell.skipped!.reason} ${cell.skipped!.cure}`;
    reasons.set(why, [...(reasons.get(why) ?? []), cell]);
  }
  return [
    `${printable(plan.name)}: ${runnable.length} cells × ${plan.rounds} ${plan.rounds === 1 ? 'round' : 'rounds'} = ${plan.runCount} runs, about ${formatDurationMs(plan.estimateMs)} (${plan.estimateBasis})`,
    ...(runnable.length === 0 ? [] : [table(runnable).trimEnd()]),
    ...[...reasons].flatMap(([why, cells]) => [
      '',
      `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} can't run: ${printable(why)}`,
      table(cells).trimEnd(),
    ]),
    ...plan.notes.map((note) => `Note: ${printable(note)}`),
    '',
  ].join('\n');
}
