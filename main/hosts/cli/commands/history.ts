import type { Command } from 'commander';
import type { HistoryChange, HistorySeries } from '../../../../shared/history.ts';
import { formatLatencyMs, formatPercent } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { printable } from '../terminal.ts';

/** `crivo history`: where cells became slower or faster, and what changed with it. */
export function addHistoryCommand(program: Command, { terminal, withWorkbench }: CommandContext): void {
  program
    .command('history')
    .description('show where the latency of cells changed over time, and what changed in the environment with it')
    .option('--where <query>', 'only runs that match, as in "model:digits-* provider:cpu"')
    .option('--regressions', 'only changes for the slower')
    .option('--json', 'print every series with its points as JSON')
    .action(async (options: { where?: string; regressions?: boolean; json?: boolean }) => {
      const series = await withWorkbench(({ workbench: { call } }) =>
        call('results.history', options.where === undefined ? {} : { where: options.where }),
      );
      if (options.json === true) {
        await terminal.print(`${JSON.stringify(series, null, 2)}\n`);
        return;
      }
      const lines = series.flatMap((one) =>
        one.changes
          .filter(({ beforeMs, afterMs }) => options.regressions !== true || afterMs > beforeMs)
          .map((change) => `${changeLine(one, change)}\n`),
      );
      if (lines.length === 0) terminal.say('No change was found.');
      else await terminal.print(lines.join(''));
    });
}

function changeLine(series: HistorySeries, { at, beforeMs, afterMs, runId, changed }: HistoryChange): string {
  const ratio = afterMs / beforeMs - 1;
  const cell = `${series.model}/${series.variant} ${series.provider} batch ${series.batchSize}, ${series.threads} ${series.threads === 1 ? 'thread' : 'threads'}`;
  const why = changed.map(({ field, left, right }) => `${field} ${left} → ${right}`).join(', ');
  const figures = `${formatLatencyMs(beforeMs)} → ${formatLatencyMs(afterMs)} (${ratio > 0 ? '+' : '−'}${formatPercent(Math.abs(ratio))})`;
  return printable(
    `${new Date(at).toISOString()}  ${cell}: ${figures} from run ${runId} on; ${why === '' ? 'nothing recorded changed' : why}`,
  );
}
