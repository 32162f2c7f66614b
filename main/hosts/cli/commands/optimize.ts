import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { MadeVariant } from '../../../../shared/contract.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { formatBytes, formatDurationMs, formatPercent } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { withTask } from '../task-progress.ts';
import { printable, wrapText } from '../terminal.ts';
import { renderTable } from '../text-table.ts';

interface OptimizeOptions {
  readonly recipe?: string;
  readonly dataset?: string;
  readonly out?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** `crivo optimize`: makes a variant of a model. */
export function addOptimizeCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('optimize [model]')
    .description('make an optimized variant of a model')
    .option('--recipe <name|file.yml>', 'what to do; --list shows the names')
    .option('--dataset <name>', 'real inputs, for recipes that measure ranges')
    .option('--out <file.onnx>', 'also write the variant here')
    .option('--list', 'list the recipes')
    .option('--json', 'print as JSON')
    .action(async (model: string | undefined, options: OptimizeOptions) => {
      if (options.list === true) return listRecipes(context, options.json === true);
      if (model === undefined || options.recipe === undefined) {
        throw new CrivoError(
          'invalid-input',
          'Name a model and a recipe, as in "crivo optimize digits-resnet --recipe fp16"; --list shows the recipes.',
        );
      }
      const { recipe, dataset, out } = options;
      const reference = /\.ya?ml$/i.test(recipe) ? resolve(recipe) : recipe;
      const made = await context.withWorkbench(({ workbench, signal }) =>
        withTask(workbench, terminal, signal, (taskId) =>
          workbench.call('variants.make', {
            model,
            recipe: reference,
            ...(dataset === undefined ? {} : { dataset }),
            taskId,
          }),
        ),
      );
      if (out !== undefined) await writeOut(made, resolve(out), context.dataFolder());
      await terminal.print(options.json === true ? `${JSON.stringify(made, null, 2)}\n` : describe(made, context));
      return undefined;
    });
}

async function writeOut({ variant }: MadeVariant, out: string, dataFolder: string): Promise<void> {
  const source = join(dataFolder, 'artifacts', variant.sha256.slice(0, 2), variant.sha256, 'model.onnx');
  await copyFile(source, out, constants.COPYFILE_FICLONE).catch((cause: NodeJS.ErrnoException) => {
    throw new CrivoError(
      'storage',
      `The variant can't be written to ${out} (${cause.code}); it is in the library as "${variant.name}".`,
      { cause },
    );
  });
}

async function listRecipes({ withWorkbench, terminal }: CommandContext, json: boolean): Promise<void> {
  const { recipes } = await withWorkbench(({ workbench: { call } }) => call('recipes.list', {}));
  if (json) return terminal.print(`${JSON.stringify(recipes, null, 2)}\n`);
  const lines = recipes.map(({ recipe, needsCalibrationData }) => {
    const needs = needsCalibrationData ? ' Needs a dataset.' : '';
    return wrapText(
      `${recipe.name.padEnd(16)} ${recipe.description ?? ''}${needs}`,
      Math.min(terminal.width, 110),
      ' '.repeat(17),
    );
  });
  return terminal.print(`${lines.join('\n')}\n`);
}

function describe({ variant, report, known }: MadeVariant, { terminal }: CommandContext): string {
  const { bytesBefore, bytesAfter } = report;
  const table = renderTable(
    [
      { title: 'pass', text: ({ pass }) => pass },
      { title: 'before', align: 'right', text: (pass) => formatBytes(pass.bytesBefore) },
      { title: 'after', align: 'right', text: (pass) => formatBytes(pass.bytesAfter) },
      { title: 'time', align: 'right', text: (pass) => formatDurationMs(pass.durationMs) },
      { title: 'what it did', text: ({ summary }) => summary, shortest: 20 },
    ],
    report.passes,
    Infinity,
    (title) => terminal.paint('bold', title),
  );
  const warnings = report.passes.flatMap((pass) => pass.warnings.map((warning) => `warning: ${printable(warning)}`));
  return [
    table.trimEnd(),
    ...warnings,
    `${known ? 'made before' : 'made'}: ${variant.name}  ${variant.sha256.slice(0, 12)}  ${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)} (${formatPercent(bytesAfter / bytesBefore, 0)})`,
    '',
  ].join('\n');
}
