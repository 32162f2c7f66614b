import type { Command } from 'commander';
import { CrivoError } from '../../../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import { describeLayers } from '../layer-table.ts';
import { count } from '../search-options.ts';
import { withTask } from '../task-progress.ts';

interface DriftOptions {
  readonly dataset?: string;
  readonly examples?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `crivo drift`: where inside a variant its values leave those of the model that it was made from. */
export function addDriftCommand(program: Command, { terminal, withWorkbench }: CommandContext): void {
  program
    .command('drift <model> <variant>')
    .description('compare a variant with the model it was made from, layer by layer, and show where drift starts')
    .option('--dataset <name>', 'real inputs to run both on')
    .option('--examples <n>', 'how many of them; 8')
    .option('--all', 'list every layer, not only those that change most')
    .option('--json', 'print every layer as JSON')
    .action(async (parent: string, variant: string, options: DriftOptions) => {
      const { dataset } = options;
      if (dataset === undefined)
        throw new CrivoError(
          'invalid-input',
          'Layers are compared on real inputs; name them, as in "--dataset digits".',
        );
      const examples = count('--examples', options.examples);
      const report = await withWorkbench(({ workbench, signal }) =>
        withTask(workbench, terminal, signal, (taskId) =>
          workbench.call('accuracy.layers', {
            ...{ parent, variant, dataset, taskId },
            ...(examples === undefined ? {} : { examples }),
          }),
        ),
      );
      await terminal.print(
        options.json === true
          ? `${JSON.stringify(report, null, 2)}\n`
          : describeLayers(report, options.all === true, terminal),
      );
    });
}
