import type { Command } from 'commander';
import type { DatasetDetail, DatasetSummary, JudgedTask, Preparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { formatBytes, formatCount } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { addImportOptions, importRequest } from '../import-options.ts';
import type { ImportOptions } from '../import-options.ts';
import { withTask } from '../task-progress.ts';
import { printable } from '../terminal.ts';
import { renderTable } from '../text-table.ts';
import type { TableColumn } from '../text-table.ts';

/** `crivo dataset …`: the library of datasets. */
export function addDatasetCommand(program: Command, context: CommandContext): void {
  const dataset = program.command('dataset').description('the library of datasets');
  const { terminal, withWorkbench } = context;
  addImportOptions(dataset.command('add <paths...>'))
    .description('import a folder of pictures or recordings, .npy, .npz, CSV, JSON Lines, or ONNX test data')
    .option('--json', 'print as JSON')
    .action(async (paths: string[], options: ImportOptions & { json?: boolean }) => {
      const request = await importRequest(paths, options);
      const added = await withWorkbench(({ workbench, signal }) =>
        withTask(workbench, terminal, signal, (taskId) => workbench.call('datasets.add', { ...request, taskId })),
      );
      if (options.json === true) return terminal.print(`${JSON.stringify(added, null, 2)}\n`);
      const { skipped } = added.dataset;
      for (const { source, reason } of skipped.listed.slice(0, mostTold))
        terminal.say(printable(`skipped ${source}: ${reason}`));
      const untold = skipped.count - Math.min(mostTold, skipped.listed.length);
      if (untold > 0) terminal.say(`skipped ${untold} more`);
      for (const note of added.dataset.notes) terminal.say(printable(note));
      return terminal.print(
        `${added.known ? 'already there' : 'added'}: ${printable(added.dataset.name)}  ${formatCount(added.dataset.examples)} examples  ${formatBytes(added.dataset.sizeBytes)}\n`,
      );
    });
  dataset
    .command('list')
    .description('list the datasets')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const datasets = await withWorkbench(({ workbench: { call } }) => call('datasets.list', {}));
      if (json === true) return terminal.print(`${JSON.stringify(datasets, null, 2)}\n`);
      return terminal.print(renderTable(columns, datasets, terminal.width, (title) => terminal.paint('bold', title)));
    });
  dataset
    .command('show <dataset>')
    .description('show what is known of a dataset, and whether it fits a model')
    .option('--model <model>', 'check it against this model')
    .option('--json', 'print as JSON')
    .action(async (name: string, { model, json }: { model?: string; json?: boolean }) => {
      const [detail, fit] = await withWorkbench(async ({ workbench: { call } }) => [
        await call('datasets.get', { dataset: name }),
        model === undefined ? null : await call('datasets.check', { dataset: name, model }),
      ]);
      if (json === true)
        return terminal.print(`${JSON.stringify(fit === null ? detail : { ...detail, fit }, null, 2)}\n`);
      await terminal.print(describe(detail, context));
      if (fit === null) return undefined;
      for (const warning of fit.warnings) terminal.say(printable(`warning: ${warning}`));
      const [problem, ...others] = fit.problems;
      for (const other of others) terminal.say(printable(`crivo: ${other}`));
      if (problem !== undefined) throw new CrivoError('invalid-dataset', problem);
      return terminal.print(`It fits ${model}.\n`);
    });
  dataset
    .command('remove <dataset>')
    .description('take a dataset out of the library; results on it stay')
    .action(async (name: string) => {
      const removed = await withWorkbench(({ workbench: { call } }) => call('datasets.remove', { dataset: name }));
      await terminal.print(`removed ${printable(removed.name)}\n`);
    });
}

const mostTold = 10;

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

const columns: readonly TableColumn<DatasetSummary>[] = [
  { title: 'dataset', text: ({ name }) => name, shortest: 16 },
  { title: 'examples', align: 'right', text: ({ examples }) => examples.toLocaleString('en') },
  { title: 'labels', text: ({ task }) => task ?? 'none' },
  { title: 'kind', text: ({ kind }) => kind },
  { title: 'shape', text: ({ inputs }) => inputs.map(({ shape }) => shapeText(shape)).join(' ') },
  { title: 'size', align: 'right', text: ({ sizeBytes }) => formatBytes(sizeBytes), dropOrder: 1 },
  { title: 'sha256', text: ({ sha256 }) => sha256.slice(0, 12), dropOrder: 2 },
];

function describe(detail: DatasetDetail, { terminal }: CommandContext): string {
  const facts: [string, string][] = [
    ['sha256', detail.sha256],
    ['examples', detail.examples.toLocaleString('en')],
    ['calibration', detail.calibrationExamples === 0 ? 'the same examples' : `${detail.calibrationExamples} others`],
    [
      'inputs',
      detail.inputs
        .map(({ inputName, elementType, shape }) => `${inputName ?? 'the first'} ${elementType} ${shapeText(shape)}`)
        .join('; '),
    ],
    ['prepared', preparationText(detail.preparation)],
    ['labels', detail.task ?? 'none'],
    ...(detail.judged?.kind === 'boxes' ? [['boxes', boxesText(detail.judged)] as [string, string]] : []),
    ['size', formatBytes(detail.sizeBytes)],
    ...(detail.importedFrom === null ? [] : [['imported from', detail.importedFrom] as [string, string]]),
    ...(detail.skipped.count === 0 ? [] : [['skipped', `${detail.skipped.count} examples`] as [string, string]]),
  ];
  const classes = renderTable(
    [
      { title: '  class', text: ({ name }) => `  ${name}`, shortest: 12 },
      { title: 'examples', align: 'right', text: ({ count }) => count.toLocaleString('en') },
    ],
    detail.classCounts ?? [],
    terminal.width,
  );
  return [
    terminal.paint('bold', printable(detail.name)),
    ...facts.map(([name, value]) => `  ${name.padEnd(13)} ${printable(value)}`),
    ...(detail.classCounts === null ? [] : ['', classes.trimEnd()]),
    ...detail.notes.map((note) => printable(`Note: ${note}`)),
    '',
  ].join('\n');
}

/** How a model's boxes are read, in one line. */
function boxesText({ outputs, layout }: Extract<JudgedTask, { kind: 'boxes' }>): string {
  const unit = layout === undefined || layout.unit.every((size) => size === 1) ? 'pixels' : 'fractions';
  return `${layout?.coordinates ?? 'xyxy'} in ${unit}, from ${Object.values(outputs).join(', ')}`;
}

/** A preparation in one line. */
function preparationText(preparation: Preparation): string {
  switch (preparation.kind) {
    case 'image': {
      const { fit, width, height, channels, layout, scale, mean, deviation } = preparation;
      return `${fit} to ${width} × ${height}, ${channels}, ${layout}, (v × ${Number(scale.toPrecision(4))} − ${mean.join('/')}) / ${deviation.join('/')}`;
    }
    case 'audio':
      return `windows of ${preparation.windowSamples} samples at ${preparation.sampleRateHz} Hz, every ${preparation.hopSamples}`;
    case 'numbers': {
      const { scale, mean, deviation, length } = preparation;
      const as =
        scale === 1 && mean === 0 && deviation === 1 ? 'as they are' : `(v × ${scale} − ${mean}) / ${deviation}`;
      return length === undefined ? as : `${as}, filled up to ${length}`;
    }
  }
}
