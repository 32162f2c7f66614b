import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { MadeVariant } from '../../../../shared/contract.ts';
import { CrivoError, fromFailure } from '../../../../shared/errors.ts';
import { formatBytes, formatDurationMs, formatPercent } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { checkTarget } from '../export-runs.ts';
import { count, profileOf, searchBounds } from '../search-options.ts';
import type { SearchOptions } from '../search-options.ts';
import { describeSearch } from '../search-report.ts';
import type { Workbench } from '../../workbench.ts';
import { withTask } from '../task-progress.ts';
import { describePruning } from '../pruning-table.ts';
import { printable, wrapText } from '../terminal.ts';
import { renderTable } from '../text-table.ts';

interface OptimizeOptions extends SearchOptions {
  readonly recipe?: string;
  readonly dataset?: string;
  readonly out?: string;
  readonly list?: boolean;
  readonly groups?: boolean;
  readonly json?: boolean;
}

/** `crivo optimize`: makes a variant of a model. */
export function addOptimizeCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('optimize [model]')
    .description('make an optimized variant of a model: by name, or an ONNX file, which is added first')
    .option('--recipe <name|file.yml>', 'what to do; --list shows the names')
    .option('--dataset <name>', 'real inputs, for recipes that measure ranges or repair weights')
    .option('--out <file.onnx>', 'also write the variant here')
    .option('--auto', 'search for the best variant within the bounds, measuring each that is tried')
    .option('--max-drop <points>', 'with --auto: accuracy that may be lost')
    .option('--min-snr <dB>', 'with --auto: least signal-to-noise ratio against the original')
    .option('--max-latency <time>', 'with --auto: the most accurate variant of at most this median latency')
    .option('--max-size <size>', 'with --auto: the most accurate variant of at most this size')
    .option('--threads <n>', 'with --auto: threads to measure with')
    .option('--batch <n>', 'with --auto: batch size to measure at')
    .option('--rounds <n>', 'with --auto: rounds in which variant and original are measured by turns; 5')
    .option('--measure <profile>', 'with --auto: quick, standard or submission; short rounds where nothing is said')
    .option('--trials <n>', 'with --auto: variants tried at most; 12')
    .option('--again', 'with --auto: forget what an earlier search found')
    .option('--list', 'list the recipes')
    .option('--groups', 'show what pruning could take away; with a dataset, how sensitive each group is')
    .option('--json', 'print as JSON')
    .action(async (model: string | undefined, options: OptimizeOptions) => {
      if (options.list === true) return listRecipes(context, options.json === true);
      if (model !== undefined && options.auto === true) return searchVariant(model, options, context);
      if (options.groups === true && model !== undefined) return showGroups(model, options, context);
      if (model === undefined || options.recipe === undefined) {
        throw new CrivoError(
          'invalid-input',
          'Name a model and a recipe, as in "crivo optimize digits-resnet --recipe fp16"; --list shows the recipes.',
        );
      }
      const { recipe, dataset, out } = options;
      const reference = /\.ya?ml$/i.test(recipe) ? resolve(recipe) : recipe;
      checkTarget(out);
      if (out !== undefined && resolve(out) === resolve(model))
        throw new CrivoError('invalid-input', `${out} is the model itself; choose another name for --out.`);
      const made = await context.withWorkbench(async ({ workbench, signal }) => {
        const name = await modelNamed(model, workbench);
        const order = { model: name, recipe: reference, ...(dataset === undefined ? {} : { dataset }) };
        const result = await withTask(workbench, terminal, signal, (taskId) =>
          workbench.call('variants.make', { ...order, taskId }),
        );
        if (out !== undefined)
          await workbench.call('models.export', { model: result.variant.sha256, file: resolve(out) });
        return result;
      });
      await terminal.print(options.json === true ? `${JSON.stringify(made, null, 2)}\n` : describe(made, context));
      return undefined;
    });
}

/** Searches, prints what was tried, and writes the best variant. */
async function searchVariant(model: string, options: OptimizeOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { dataset, out, again } = options;
  if (options.recipe !== undefined)
    throw new CrivoError('invalid-input', '--auto finds the recipe itself; leave --recipe out.');
  if (dataset === undefined)
    throw new CrivoError('invalid-input', '--auto measures real inputs; name a dataset, as in "--dataset digits".');
  const choices = {
    ...{
      threads: count('--threads', options.threads, 1, 1_024),
      batchSize: count('--batch', options.batch, 1, 65_536),
    },
    ...{ rounds: count('--rounds', options.rounds, 3, 100), measure: profileOf(options.measure) },
    ...{ trials: count('--trials', options.trials, 2, 100), again },
  };
  const bounds = searchBounds(options);
  checkTarget(out);
  const result = await context.withWorkbench(async ({ workbench, signal }) => {
    const order = {
      ...{ model: await modelNamed(model, workbench), dataset, bounds },
      ...choices,
    };
    const found = await withTask(workbench, terminal, signal, (taskId) =>
      workbench.call('variants.search', { ...order, taskId }),
    );
    const best = found.best === null ? null : found.trials[found.best]!.variantSha256;
    if (out !== undefined && best !== null) await workbench.call('models.export', { model: best, file: resolve(out) });
    return found;
  });
  await terminal.print(
    options.json === true ? `${JSON.stringify(result, null, 2)}\n` : describeSearch(result, terminal),
  );
}

async function showGroups(
  model: string,
  { dataset, json }: OptimizeOptions,
  { terminal, withWorkbench }: CommandContext,
): Promise<void> {
  const analysis = await withWorkbench(async ({ workbench, signal }) => {
    const order = { model: await modelNamed(model, workbench), ...(dataset === undefined ? {} : { dataset }) };
    return withTask(workbench, terminal, signal, (taskId) => workbench.call('pruning.analyze', { ...order, taskId }));
  });
  return terminal.print(json === true ? `${JSON.stringify(analysis, null, 2)}\n` : describePruning(analysis, terminal));
}

/** The model's name in the library; a file is added first. */
async function modelNamed(reference: string, { call }: Workbench): Promise<string> {
  if (!/\.onnx$/i.test(reference)) return reference;
  const { added, known, failed } = await call('models.add', { paths: [resolve(reference)] });
  const [failure] = failed;
  if (failure !== undefined) throw fromFailure(failure.failure);
  const [model] = [...added, ...known];
  if (model === undefined) throw new CrivoError('not-found', `There is no file ${reference}; check its path.`);
  return model.sha256;
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
