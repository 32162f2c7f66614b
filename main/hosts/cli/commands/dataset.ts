import { resolve } from 'node:path';
import type { Command } from 'commander';
import { blankPlaces, boxCoordinates, boxUnits, presetNames } from '../../../../shared/dataset.ts';
import type {
  DatasetDetail,
  DatasetSummary,
  ImportRequest,
  JudgedTask,
  Preparation,
} from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { preparationPresets } from '../../../../shared/preparation-presets.ts';
import { formatBytes, formatCount } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { withTask } from '../task-progress.ts';
import { printable } from '../terminal.ts';
import { renderTable } from '../text-table.ts';
import type { TableColumn } from '../text-table.ts';

interface AddOptions {
  readonly name?: string;
  readonly preset?: string;
  readonly layout?: string;
  readonly task?: string;
  readonly labels?: string;
  readonly alphabet?: string;
  readonly blank?: string;
  readonly labelColumn?: string;
  readonly input?: string;
  readonly calibration?: string;
  readonly ignoredClass?: string;
  readonly boxes?: string;
  readonly boxUnit?: string;
  readonly boxOutputs?: string;
  readonly json?: boolean;
}

const pictureLayouts = ['nchw', 'nhwc'] as const;
const tasks = ['classes', 'text', 'masks', 'boxes', 'values', 'embeddings'] as const;

/** `crivo dataset …`: the library of datasets. */
export function addDatasetCommand(program: Command, context: CommandContext): void {
  const dataset = program.command('dataset').description('the library of datasets');
  const { terminal, withWorkbench } = context;
  dataset
    .command('add <paths...>')
    .description('import a folder of pictures or recordings, .npy, .npz, CSV, JSON Lines, or ONNX test data')
    .option('--name <name>', 'its name in the library')
    .option('--preset <name>', `how examples are prepared: ${presetNames.join(', ')}`)
    .option('--layout <layout>', `the order of a picture's axes: ${pictureLayouts.join(', ')}`)
    .option('--task <task>', `what labels are: ${tasks.join(', ')}`)
    .option('--labels <file>', 'labels that stand elsewhere: CSV, TSV, .npy, or COCO’s JSON')
    .option('--alphabet <file>', 'the symbols of a text task without the blank, one a line')
    .option('--blank <place>', `where CTC's blank stands among the symbols: ${blankPlaces.join(', ')}`)
    .option('--label-column <name>', 'the column of labels')
    .option('--input <name>', 'the model input that numbers feed')
    .option('--calibration <count>', 'set so many examples aside for calibration')
    .option('--ignored-class <number>', 'pixels of masks that are not judged')
    .option('--boxes <order>', `how the model writes a box: ${boxCoordinates.join(', ')}`)
    .option('--box-unit <unit>', `what boxes are in: ${boxUnits.join(', ')}`)
    .option('--box-outputs <names>', 'outputs with boxes, scores and classes, as in "boxes,scores,labels"')
    .option('--json', 'print as JSON')
    .action(async (paths: string[], options: AddOptions) => {
      const request = importRequest(paths, options);
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

/** Raises `invalid-input` where an option is none of its choices. */
function importRequest(paths: readonly string[], options: AddOptions): ImportRequest {
  const { name, task, labels, alphabet, blank, labelColumn, input, calibration, ignoredClass } = options;
  return {
    paths: paths.map((path) => resolve(path)),
    ...(name === undefined ? {} : { name }),
    ...preparationOption(options),
    ...(task === undefined ? {} : { task: oneOf('--task', task, tasks) }),
    ...(labels === undefined ? {} : { labels: resolve(labels) }),
    ...(alphabet === undefined ? {} : { alphabet: resolve(alphabet) }),
    ...(blank === undefined ? {} : { blank: oneOf('--blank', blank, blankPlaces) }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
    ...(input === undefined ? {} : { inputName: input }),
    ...(calibration === undefined ? {} : { calibrationExamples: whole('--calibration', calibration) }),
    ...(ignoredClass === undefined ? {} : { ignoredClass: whole('--ignored-class', ignoredClass) }),
    ...boxOptions(options),
  };
}

/** The preset, or what is usual for pictures, in another layout. */
function preparationOption({ preset, layout }: AddOptions): Pick<ImportRequest, 'preparation'> {
  const name = preset === undefined ? undefined : oneOf('--preset', preset, presetNames);
  if (layout === undefined) return name === undefined ? {} : { preparation: name };
  const chosen = oneOf('--layout', layout, pictureLayouts);
  const { preparation } = preparationPresets[name ?? 'imagenet'];
  if (preparation.kind !== 'image')
    throw new CrivoError('invalid-input', `--layout is for pictures, but ${name} prepares none; leave it out.`);
  return { preparation: { ...preparation, layout: chosen } };
}

/** What is said of a model's boxes: x0, y0, x1, y1 in pixels where only one of order and unit is. */
function boxOptions({ boxes, boxUnit, boxOutputs }: AddOptions): Pick<ImportRequest, 'boxLayout' | 'boxOutputs'> {
  const [boxesName, scores, classes, ...rest] = boxOutputs?.split(',').map((name) => name.trim()) ?? [];
  const outputs = boxesName && scores && classes && rest.length === 0 ? { boxes: boxesName, scores, classes } : null;
  if (boxOutputs !== undefined && outputs === null)
    throw new CrivoError(
      'invalid-input',
      `--box-outputs takes three names, as in "boxes,scores,labels", not "${boxOutputs}".`,
    );
  const boxLayout = {
    coordinates: oneOf('--boxes', boxes ?? 'xyxy', boxCoordinates),
    unit: oneOf('--box-unit', boxUnit ?? 'pixels', boxUnits),
  };
  return {
    ...(boxes === undefined && boxUnit === undefined ? {} : { boxLayout }),
    ...(outputs === null ? {} : { boxOutputs: outputs }),
  };
}

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new CrivoError('invalid-input', `${option} is one of ${choices.join(', ')}, not "${value}".`);
}

function whole(option: string, value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new CrivoError('invalid-input', `${option} takes a whole number, not "${value}".`);
}

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
  return `${layout?.coordinates ?? 'xyxy'} in ${unit}, from ${outputs.boxes}, ${outputs.scores}, ${outputs.classes}`;
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
