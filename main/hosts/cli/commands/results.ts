import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { RunQuery } from '../../../../shared/contract.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import { checkTarget, exportRuns, runFileFormats } from '../export-runs.ts';
import { describeKeptRates, serverRuns } from '../kept-rates.ts';
import { reasonsOf, renderRuns } from '../run-table.ts';
import { printable } from '../terminal.ts';

interface ResultsOptions {
  readonly sweep?: string;
  readonly where?: string;
  readonly limit: string;
  readonly csv?: string;
  readonly json?: string;
  readonly html?: string;
  readonly md?: string;
  readonly bundle?: string;
}

/** `crivo results`: stored runs as a table or a file. */
export function addResultsCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('results')
    .description('show stored runs, newest first')
    .option('--sweep <id>', 'only of this sweep')
    .option('--where <query>', 'only those that match, as in "model:digits-* batch>=4 p50<10ms"')
    .option('--limit <count>', 'rows of the table', '50')
    .option('--csv <file>', 'write all that match as CSV (- for stdout)')
    .option('--json <file>', 'write all that match as JSON (- for stdout)')
    .option(
      '--html <file>',
      'write a report: tables, charts, verdicts, methods, environment and every sample in one file',
    )
    .option('--md <file>', 'write the report as Markdown, without charts and samples')
    .option('--bundle <file>', 'write the runs with samples and environments, for "crivo import" on another machine')
    .action(async (options: ResultsOptions) => {
      const query: RunQuery = {
        ...(options.sweep === undefined ? {} : { sweepId: wholeNumber('--sweep', options.sweep) }),
        ...(options.where === undefined ? {} : { where: options.where }),
      };
      await context.withWorkbench(async ({ workbench: { call } }) => {
        for (const format of runFileFormats) {
          const file = options[format];
          if (file === undefined) continue;
          const rows = await exportRuns(call, query, format, file, terminal);
          if (file !== '-') terminal.say(`${rows} rows written to ${file}`);
        }
        if (options.bundle !== undefined) {
          checkTarget(options.bundle);
          const { runs } = await call('results.bundle', { query, file: resolve(options.bundle) });
          terminal.say(`${runs} runs written to ${options.bundle}`);
          return;
        }
        if (runFileFormats.some((format) => options[format] !== undefined)) return;
        const limit = wholeNumber('--limit', options.limit);
        const { rows, total } = await call('results.query', {
          ...query,
          limit,
          sort: [{ column: 'id', descending: true }],
        });
        if (total === 0) {
          const why =
            options.where === undefined && options.sweep === undefined
              ? 'There are no runs yet; run a sweep with "crivo sweep run SPEC.yml".'
              : 'No run matches.';
          terminal.say(why);
          return;
        }
        await terminal.print(renderRuns(rows, terminal));
        if (options.sweep !== undefined)
          for (const line of describeKeptRates(await serverRuns(call, rows))) terminal.say(printable(line));
        for (const reason of reasonsOf(rows)) terminal.say(reason);
        if (total > rows.length)
          terminal.say(`the newest ${rows.length} of ${total}; --limit shows more, --csv writes all`);
      });
    });
}

/** `crivo import`: runs that were measured elsewhere. */
export function addImportCommand(program: Command, { terminal, withWorkbench }: CommandContext): void {
  program
    .command('import <file>')
    .description('take in the runs of a bundle that "crivo results --bundle" wrote, here or on another machine')
    .action(async (file: string) => {
      const { runs, known, machines } = await withWorkbench(({ workbench: { call } }) =>
        call('results.import', { file: resolve(file) }),
      );
      const there = known === 0 ? '' : `, ${known} were there already`;
      terminal.say(
        `${runs} runs of ${machines.length} ${machines.length === 1 ? 'machine' : 'machines'} taken in${there}`,
      );
    });
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new CrivoError('invalid-input', `${option} takes a whole number of at least 1, not "${text}".`);
}
