import type { Command } from 'commander';
import type { Call } from '../../../../shared/contract.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import type { HistoryBaseline, HistoryChange, HistorySeries } from '../../../../shared/history.ts';
import type { Estimate } from '../../../../shared/measurement.ts';
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
    .option('--all', 'also changes that were acknowledged')
    .option('--acknowledge <run>', 'take note of the change that begins with this run, so that it is no longer listed')
    .option('--note <text>', 'what to keep with it')
    .option('--pin <run>', 'hold the history of this run’s cell on its machine against it')
    .option('--unpin <run>', 'hold it against nothing')
    .option('--json', 'print every series with its points as JSON')
    .action(async (options: HistoryOptions) => {
      const marks = marksOf(options);
      if (marks.length > 0) {
        await withWorkbench(async ({ workbench: { call } }) => {
          for (const mark of marks) await mark(call);
        });
        return;
      }
      const series = await withWorkbench(({ workbench: { call } }) =>
        call('results.history', options.where === undefined ? {} : { where: options.where }),
      );
      if (options.json === true) {
        await terminal.print(`${JSON.stringify(series, null, 2)}\n`);
        return;
      }
      const lines = series.flatMap((one) =>
        one.changes
          .filter(({ ratio }) => options.regressions !== true || ratio.value > 1)
          .filter(({ acknowledged }) => options.all === true || !acknowledged)
          .map((change) => `${changeLine(one, change)}\n`),
      );
      const held = series.flatMap((one) => (one.baseline === null ? [] : [`${baselineLine(one, one.baseline)}\n`]));
      if (lines.length === 0) terminal.say('No change was found.');
      if (lines.length + held.length > 0) await terminal.print([...lines, ...held].join(''));
    });
}

interface HistoryOptions {
  readonly where?: string;
  readonly regressions?: boolean;
  readonly all?: boolean;
  readonly acknowledge?: string;
  readonly note?: string;
  readonly pin?: string;
  readonly unpin?: string;
  readonly json?: boolean;
}

/** What is to be kept; empty where the history is only asked for. */
function marksOf({ acknowledge, note, pin, unpin }: HistoryOptions): readonly ((call: Call) => Promise<null>)[] {
  if (note !== undefined && acknowledge === undefined) {
    throw new CrivoError('invalid-input', '--note belongs to a change: name it with --acknowledge RUN.');
  }
  const marks: ((call: Call) => Promise<null>)[] = [];
  if (acknowledge !== undefined) {
    const runId = runNumber('--acknowledge', acknowledge);
    const written = note === undefined ? {} : { note };
    marks.push((call) => call('results.markChange', { runId, acknowledged: true, ...written }));
  }
  for (const [option, written] of [
    ['--pin', pin],
    ['--unpin', unpin],
  ] as const) {
    if (written === undefined) continue;
    const runId = runNumber(option, written);
    marks.push((call) => call('results.pinBaseline', { runId, pinned: option === '--pin' }));
  }
  return marks;
}

function runNumber(option: string, written: string): number {
  const value = Number(written);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new CrivoError('invalid-input', `${option} takes the number of a run, not "${written}".`);
}

/** `+20.1% (+19.2% … +21.0%)` */
function ratioText({ value, low, high }: Estimate): string {
  const change = (ratio: number): string => `${ratio < 1 ? '−' : '+'}${formatPercent(Math.abs(ratio - 1))}`;
  return `${change(value)}, 95% interval ${change(low)} … ${change(high)}`;
}

const cellText = (series: HistorySeries): string =>
  `${series.model}/${series.variant} ${series.provider} batch ${series.batchSize}, ${series.threads} ${series.threads === 1 ? 'thread' : 'threads'}`;

function baselineLine(series: HistorySeries, { runId, ratio }: HistoryBaseline): string {
  const change = ratio === null ? 'on the same level as' : `${ratioText(ratio)} against`;
  return printable(`${cellText(series)}: ${change} the baseline, run ${runId}`);
}

function changeLine(series: HistorySeries, change: HistoryChange): string {
  const { at, beforeMs, afterMs, runId, changed, ratio, note } = change;
  const why = changed.map(({ field, left, right }) => `${field} ${left} → ${right}`).join(', ');
  const figures = `${formatLatencyMs(beforeMs)} → ${formatLatencyMs(afterMs)} (${ratioText(ratio)})`;
  const noted = note === '' ? '' : `; note: ${note}`;
  return printable(
    `${new Date(at).toISOString()}  ${cellText(series)}: ${figures} from run ${runId} on; ${why === '' ? 'nothing recorded changed' : why}${noted}`,
  );
}
