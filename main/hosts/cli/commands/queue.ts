import type { Command } from 'commander';
import { CrivoError } from '../../../../shared/errors.ts';
import type { SweepSummary } from '../../../../shared/sweep.ts';
import { formatDurationMs } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { followSweep } from '../sweep-progress.ts';
import { printable } from '../terminal.ts';
import { renderTable } from '../text-table.ts';

/** `crivo queue …`: what waits, and working through it. */
export function addQueueCommand(program: Command, context: CommandContext): void {
  const queue = program.command('queue').description('what waits to be measured');
  const { terminal } = context;
  queue
    .command('list')
    .description('list sweeps, newest first')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const sweeps = await context.withWorkbench(({ workbench: { call } }) => call('sweeps.list', {}));
      if (json === true) return terminal.print(`${JSON.stringify(sweeps, null, 2)}\n`);
      if (sweeps.length === 0) return terminal.say('There are no sweeps yet; run one with "crivo sweep run SPEC.yml".');
      return terminal.print(sweepTable(sweeps, context));
    });
  queue
    .command('run')
    .description('work through the queue until it is empty')
    .action(() =>
      context.withWorkbench(async ({ workbench, signal }) => {
        const { call, hub, queueIdle } = workbench;
        let unfollow: (() => void) | null = null;
        let followed: number | null = null;
        let failed = 0;
        const end = hub.subscribe(null, ({ event }) => {
          if (event.type === 'run-stored' && event.row.status === 'failed') failed += 1;
          const sweepId = event.type === 'queue' ? event.state.current?.sweepId : undefined;
          if (sweepId === undefined || sweepId === followed) return;
          unfollow?.();
          followed = sweepId;
          unfollow = followSweep(workbench, terminal, sweepId);
        });
        const stopped = new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        await call('queue.start', {});
        await Promise.race([queueIdle(), stopped]);
        end();
        (unfollow as (() => void) | null)?.();
        if (signal.aborted) return terminal.say('Stopped; "crivo queue run" goes on.');
        const ending = await queueIdle();
        if (ending.reason === 'failed') throw ending.failure;
        if (failed > 0) {
          context.setExitCode(1);
          return terminal.say(
            `The queue is done; ${failed} ${failed === 1 ? 'run' : 'runs'} failed: "crivo results" says why.`,
          );
        }
        return terminal.say(followed === null ? 'The queue is empty.' : 'The queue is done.');
      }),
    );
  queue
    .command('cancel <id>')
    .description('drop what is left of a sweep; what is measured stays')
    .action(async (text: string) => {
      const sweepId = sweepNumber(text);
      const { name, counts } = await context.withWorkbench(({ workbench: { call } }) =>
        call('queue.cancel', { sweepId }),
      );
      await terminal.print(`cancelled sweep ${sweepId} "${printable(name)}": ${counts.done} runs are kept\n`);
    });
  queue
    .command('retry <id>')
    .description('let the failed and cancelled cells of a sweep wait again')
    .action(async (text: string) => {
      const sweepId = sweepNumber(text);
      const { name, counts } = await context.withWorkbench(({ workbench: { call } }) =>
        call('queue.retry', { sweepId }),
      );
      await terminal.print(`sweep ${sweepId} "${printable(name)}": ${counts.waiting} runs wait\n`);
    });
}

function sweepNumber(text: string): number {
  const sweepId = Number(text);
  if (Number.isSafeInteger(sweepId) && sweepId >= 1) return sweepId;
  throw new CrivoError('invalid-input', `"${text}" is no sweep's number; "crivo queue list" shows them.`);
}

const sweepTable = (sweeps: readonly SweepSummary[], { terminal }: CommandContext): string =>
  renderTable<SweepSummary>(
    [
      { title: 'id', align: 'right', text: ({ id }) => String(id) },
      { title: 'name', text: ({ name }) => name, shortest: 12 },
      { title: 'state', text: ({ state }) => state },
      { title: 'done', align: 'right', text: ({ counts }) => String(counts.done) },
      { title: 'failed', align: 'right', text: ({ counts }) => (counts.failed === 0 ? '' : String(counts.failed)) },
      { title: 'skipped', align: 'right', text: ({ counts }) => (counts.skipped === 0 ? '' : String(counts.skipped)) },
      { title: 'waiting', align: 'right', text: ({ counts }) => (counts.waiting === 0 ? '' : String(counts.waiting)) },
      {
        title: 'left',
        align: 'right',
        text: ({ remainingMs, finishedAt }) => (finishedAt === null ? formatDurationMs(remainingMs) : ''),
      },
      { title: 'created', text: ({ createdAt }) => createdAt.replace(/\.\d+Z$/, 'Z'), dropOrder: 1 },
      { title: 'starts', text: ({ startsAt }) => startsAt?.replace(/\.\d+Z$/, 'Z') ?? '', dropOrder: 2 },
    ],
    sweeps,
    terminal.width,
    (title) => terminal.paint('bold', title),
  );
