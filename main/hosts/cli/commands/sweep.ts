import type { Command } from 'commander';
import { CrivoError } from '../../../../shared/errors.ts';
import type { StartConditions } from '../../../../shared/sweep.ts';
import { formatDurationMs } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { durationMs } from '../duration.ts';
import { checkTarget } from '../export-runs.ts';
import { nextTime } from '../next-time.ts';
import { describePlan, sayNotes } from '../plan-text.ts';
import { runSweep } from '../run-sweep.ts';
import { inFile, readSpecification } from '../specification-text.ts';

interface QueueOptions {
  readonly at?: string;
  readonly until?: string;
  readonly budget?: string;
  readonly onlyAc?: boolean;
  readonly onlyIdle?: boolean;
  readonly coolerThan?: string;
}

/** `crivo sweep …`: plans, runs and queues sweeps. */
export function addSweepCommand(program: Command, context: CommandContext): void {
  const sweep = program.command('sweep').description('plan, run or queue a benchmark sweep');
  sweep
    .command('plan <spec.yml>')
    .description('show the cells, those that can’t run and why, and the time it will take')
    .option('--json', 'print as JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const text = await readSpecification(file);
      const plan = await context.withWorkbench(({ workbench: { call } }) =>
        call('sweeps.plan', text).catch(inFile(file)),
      );
      await context.terminal.print(
        json === true ? `${JSON.stringify(plan, null, 2)}\n` : describePlan(plan, context.terminal),
      );
    });
  sweep
    .command('run <spec.yml>')
    .description('run a sweep now and show its table')
    .option('--csv <file>', 'write the runs as CSV (- for stdout)')
    .option('--json <file>', 'write the runs as JSON (- for stdout)')
    .action(async (file: string, outputs: { csv?: string; json?: string }) => {
      for (const format of ['csv', 'json'] as const) checkTarget(outputs[format]);
      const text = await readSpecification(file);
      await context.withWorkbench(({ workbench, signal }) =>
        runSweep(workbench, { file, text, outputs, signal, context }),
      );
    });
  sweep
    .command('queue <spec.yml>')
    .description('leave a sweep in the queue')
    .option('--at <time>', 'start at this time of day (01:00), or date and time')
    .option('--until <time>', 'start no cell after this time')
    .option('--budget <duration>', 'spend no more than this (90m, 6h): the cells worth most come first')
    .option('--only-ac', 'start no cell on battery')
    .option('--only-idle', 'start no cell while other work takes a tenth of the processor')
    .option('--cooler-than <celsius>', 'start no cell while the processor is hotter')
    .action(async (file: string, options: QueueOptions) => {
      const { at, until } = options;
      const text = await readSpecification(file);
      const startAt = at === undefined ? undefined : nextTime(at, new Date());
      const untilAt = until === undefined ? undefined : nextTime(until, startAt ?? new Date());
      const { summary, plan } = await context.withWorkbench(async ({ workbench: { call } }) => ({
        summary: await call('sweeps.queue', {
          ...text,
          ...(startAt === undefined ? {} : { startAt: startAt.toISOString() }),
          ...(untilAt === undefined ? {} : { untilAt: untilAt.toISOString() }),
          ...(options.budget === undefined ? {} : { budgetMs: durationMs(options.budget) }),
          conditions: conditionsOf(options),
        }).catch(inFile(file)),
        plan: await call('sweeps.plan', text),
      }));
      const runs = summary.counts.waiting;
      const when = startAt === undefined ? '' : `, not before ${startAt.toLocaleString()}`;
      await context.terminal.print(
        `queued as sweep ${summary.id}: ${runs} ${runs === 1 ? 'run' : 'runs'}, about ${formatDurationMs(summary.remainingMs)}${when}\n`,
      );
      // Now there is somebody to read it; at three in the morning there is not.
      sayNotes(plan, context.terminal);
      context.terminal.say('It runs while the workbench is open ("crivo serve"), or with "crivo queue run".');
    });
}

function conditionsOf({ onlyAc, onlyIdle, coolerThan }: QueueOptions): StartConditions {
  return {
    ...(onlyAc === true ? { onlyOnAc: true } : {}),
    ...(onlyIdle === true ? { onlyWhenIdle: true } : {}),
    ...(coolerThan === undefined ? {} : { coolerThanC: degrees(coolerThan) }),
  };
}

function degrees(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 20 && value <= 120) return value;
  throw new CrivoError('invalid-input', `--cooler-than takes a temperature from 20 to 120 °C, not "${text}".`);
}
