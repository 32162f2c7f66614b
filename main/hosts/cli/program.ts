import { Command } from 'commander';
import { crivoVersion } from '../../engine/version.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addCompareCommands } from './commands/compare.ts';
import { addDatasetCommand } from './commands/dataset.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDriftCommand } from './commands/drift.ts';
import { addHistoryCommand } from './commands/history.ts';
import { addModelCommand } from './commands/model.ts';
import { addOptimizeCommand } from './commands/optimize.ts';
import { addQueueCommand } from './commands/queue.ts';
import { addImportCommand, addResultsCommand } from './commands/results.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSweepCommand } from './commands/sweep.ts';
import type { CommandContext } from './context.ts';

/**
 * Every command, in the order in which help lists them. A new one is a file in `commands/` that exports `add…Command(program, context)`,
 * imports the engine only through `context.withWorkbench` or when it runs, and is named here.
 */
const commands = [
  addDoctorCommand,
  addModelCommand,
  addDatasetCommand,
  addOptimizeCommand,
  addSweepCommand,
  addQueueCommand,
  addResultsCommand,
  addCompareCommands,
  addDriftCommand,
  addHistoryCommand,
  addImportCommand,
  addServeCommand,
  addBackupCommands,
];

/** The program `crivo`; parsing throws a `CommanderError` instead of ending the process. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('crivo')
    .description('Makes neural networks infer faster, and proves it.')
    .version(crivoVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .option('--data <folder>', 'the data folder (default: CRIVO_DATA, else the usual place of this system)')
    .addHelpText(
      'after',
      `
Examples:
  $ crivo doctor
  $ crivo model add resnet50.onnx
  $ crivo sweep run resources/sweeps/quickstart.yml --csv quickstart.csv
  $ crivo results --where "batch>=4 p50<10ms"
  $ crivo compare digits-resnet digits-resnet/fp16 --fail-if-slower 5%`,
    );
  for (const add of commands) add(program, context);
  configure(program);
  return program;
}

function configure(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const child of command.commands) configure(child);
}
