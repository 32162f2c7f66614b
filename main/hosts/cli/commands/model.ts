import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AddedModels } from '../../../../shared/contract.ts';
import type { Dimension, ModelDetail, ModelSummary, TensorInfo } from '../../../../shared/model.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { formatBytes, formatCount } from '../../../../shared/units.ts';
import type { CommandContext } from '../context.ts';
import { printable } from '../terminal.ts';
import { renderTable } from '../text-table.ts';
import type { TableColumn } from '../text-table.ts';
import { withTask } from '../task-progress.ts';

/** `crivo model …`: the library. */
export function addModelCommand(program: Command, context: CommandContext): void {
  const model = program.command('model').description('the library of models');
  const { terminal } = context;
  model
    .command('add <paths...>')
    .description('add ONNX files, and all of folders')
    .action(async (paths: string[]) => {
      const { added, known, failed } = await context.withWorkbench(({ workbench, signal }) =>
        withTask(workbench, terminal, signal, (taskId) =>
          workbench.call('models.add', { paths: paths.map((path) => resolve(path)), taskId }),
        ),
      );
      for (const one of added)
        await terminal.print(`added ${one.name}  ${one.sha256.slice(0, 12)}  ${formatBytes(one.sizeBytes)}\n`);
      for (const one of known) await terminal.print(`already there: ${one.name}  ${one.sha256.slice(0, 12)}\n`);
      const [first, ...others] = failed;
      if (first === undefined) {
        if (added.length + known.length === 0)
          throw new CrivoError('invalid-input', 'There is no .onnx file in what you named; check the paths.');
        return;
      }
      for (const other of others) terminal.say(`crivo: ${printable(refusal(other))}`);
      throw new CrivoError(first.failure.kind, refusal(first), first.failure);
    });
  model
    .command('list')
    .description('list the models')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const models = await context.withWorkbench(({ workbench: { call } }) => call('models.list', {}));
      if (json === true) return terminal.print(`${JSON.stringify(models, null, 2)}\n`);
      if (models.length === 0) return terminal.say('The library is empty; add models with "crivo model add FILE".');
      return terminal.print(
        renderTable(modelColumns, models, terminal.width, (title) => terminal.paint('bold', title)),
      );
    });
  model
    .command('show <model>')
    .description('show what is known of a model')
    .option('--json', 'print as JSON')
    .action(async (reference: string, { json }: { json?: boolean }) => {
      const detail = await context.withWorkbench(({ workbench: { call } }) => call('models.get', { model: reference }));
      await terminal.print(json === true ? `${JSON.stringify(detail, null, 2)}\n` : describeModel(detail, context));
    });
  model
    .command('remove <model>')
    .description('take a model out of the library; its results stay')
    .action(async (reference: string) => {
      const removed = await context.withWorkbench(({ workbench: { call } }) =>
        call('models.remove', { model: reference }),
      );
      await terminal.print(`removed ${removed.name}\n`);
    });
}

/** Why a file was not added; the file is named, also where the failure tells only what is wrong inside it. */
const refusal = ({ path, failure }: AddedModels['failed'][number]): string =>
  failure.message.includes(basename(path)) ? failure.message : `${path}: ${failure.message}`;

const modelColumns: readonly TableColumn<ModelSummary>[] = [
  { title: 'model', text: ({ name }) => name, shortest: 16 },
  { title: 'precision', text: ({ precision }) => precision },
  { title: 'size', align: 'right', text: ({ sizeBytes }) => formatBytes(sizeBytes) },
  { title: 'parameters', align: 'right', text: ({ parameterCount }) => formatCount(parameterCount) },
  { title: 'MACs', align: 'right', text: ({ macs }) => (macs === null ? '' : formatCount(macs)) },
  { title: 'opset', align: 'right', text: ({ opset }) => String(opset), dropOrder: 2 },
  { title: 'made by', text: ({ lineage }) => lineage?.recipeName ?? '', dropOrder: 1 },
  { title: 'sha256', text: ({ sha256 }) => sha256.slice(0, 12), dropOrder: 3 },
];

const shapeText = (shape: readonly Dimension[] | null): string =>
  shape === null ? 'unknown shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`;
const tensorText = ({ name, elementType, shape }: TensorInfo): string =>
  `  ${printable(name)}  ${elementType} ${shapeText(shape)}`;

function describeModel(model: ModelDetail, { terminal }: CommandContext): string {
  const { inspection } = model;
  const bold = (title: string): string => terminal.paint('bold', title);
  const facts: [string, string][] = [
    ['sha256', model.sha256],
    ['size', formatBytes(model.sizeBytes + inspection.externalDataBytes)],
    ['producer', inspection.producer || 'not stated'],
    ['IR version', String(inspection.irVersion)],
    ['opsets', inspection.opsets.map(({ domain, version }) => `${domain || 'ai.onnx'} ${version}`).join(', ')],
    ['parameters', inspection.parameterCount.toLocaleString('en')],
    [
      'MACs',
      inspection.macs === null
        ? 'unknown'
        : `${inspection.macs.toLocaleString('en')} at ${macsShapes(inspection.macsShapes)}`,
    ],
    [
      'weights',
      Object.entries(inspection.bytesByElementType)
        .map(([type, bytes]) => `${type} ${formatBytes(bytes)}`)
        .join(', ') || 'none',
    ],
    ['quantized', inspection.quantization ?? 'no'],
    ...(model.lineage === null
      ? []
      : [
          ['made by', `${model.lineage.recipeName} from ${model.lineage.parentSha256.slice(0, 12)}`] as [
            string,
            string,
          ],
        ]),
    ...(model.tags.length === 0 ? [] : [['tags', model.tags.join(', ')] as [string, string]]),
    ...(model.note === '' ? [] : [['note', model.note] as [string, string]]),
  ];
  const operators = renderTable(
    [
      { title: '  operator', text: ({ domain, operator }) => `  ${domain === '' ? '' : `${domain}.`}${operator}` },
      { title: 'nodes', align: 'right', text: ({ count }) => String(count) },
      {
        title: 'in subgraphs',
        align: 'right',
        text: ({ inSubgraphs }) => (inSubgraphs === 0 ? '' : String(inSubgraphs)),
      },
      { title: 'MACs', align: 'right', text: ({ macs }) => (macs === null || macs === 0 ? '' : formatCount(macs)) },
    ],
    inspection.operators,
    terminal.width,
  );
  const largest = renderTable(
    [
      { title: '  tensor', text: ({ name }) => `  ${name}`, shortest: 20 },
      { title: 'type', text: ({ elementType }) => elementType },
      { title: 'shape', text: ({ shape }) => `[${shape.join(', ')}]` },
      { title: 'size', align: 'right', text: ({ sizeBytes }) => formatBytes(sizeBytes) },
    ],
    inspection.largestTensors.slice(0, 10),
    terminal.width,
  );
  return [
    bold(printable(model.name)),
    ...facts.map(([name, value]) => `  ${name.padEnd(11)} ${printable(value)}`),
    '',
    bold('Inputs'),
    ...inspection.inputs.map(tensorText),
    bold('Outputs'),
    ...inspection.outputs.map(tensorText),
    '',
    bold(`Operators (${inspection.nodeCount} nodes)`),
    operators.trimEnd(),
    ...(inspection.largestTensors.length === 0 ? [] : ['', bold('Largest tensors'), largest.trimEnd()]),
    ...inspection.notes.map((note) => `Note: ${note}`),
    '',
  ].join('\n');
}

const macsShapes = (shapes: Readonly<Record<string, readonly number[]>>): string =>
  Object.entries(shapes)
    .map(([name, shape]) => `${name} [${shape.join(', ')}]`)
    .join(', ');
