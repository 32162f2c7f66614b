import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { blankPlaces, boxCoordinates, boxUnits, presetNames } from '../../../shared/dataset.ts';
import type { BoxOutputs, ImportRequest } from '../../../shared/dataset.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { preparationPresets } from '../../../shared/preparation-presets.ts';

/** How `crivo dataset add` is asked to import. */
export interface ImportOptions {
  readonly name?: string;
  readonly preset?: string;
  readonly layout?: string;
  readonly preparation?: string;
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
}

const pictureLayouts = ['nchw', 'nhwc'] as const;
const tasks = ['classes', 'text', 'masks', 'boxes', 'values', 'embeddings'] as const;

/** Adds the options that say how to import. */
export const addImportOptions = (command: Command): Command =>
  command
    .option('--name <name>', 'its name in the library')
    .option('--preset <name>', `how examples are prepared: ${presetNames.join(', ')}`)
    .option('--layout <layout>', `the order of a picture's axes: ${pictureLayouts.join(', ')}`)
    .option(
      '--preparation <file>',
      'how examples are prepared in full: YAML or JSON, as `dataset show --json` tells it',
    )
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
    .option(
      '--box-outputs <names>',
      'outputs of boxes, scores and classes ("boxes,scores,labels"), or one of all six numbers',
    );

/** What is to be imported and how. Raises `invalid-input` where an option is none of its choices or contradicts another. */
export async function importRequest(paths: readonly string[], options: ImportOptions): Promise<ImportRequest> {
  const { name, task, labels, alphabet, blank, labelColumn, input, calibration, ignoredClass } = options;
  return {
    paths: paths.map((path) => resolve(path)),
    ...(name === undefined ? {} : { name }),
    ...(await preparationOption(options)),
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

/** What a file says, or the preset, or what is usual for pictures, in another layout. */
async function preparationOption(options: ImportOptions): Promise<Pick<ImportRequest, 'preparation'>> {
  const { preset, layout, preparation: file } = options;
  if (file !== undefined) {
    if (preset !== undefined || layout !== undefined)
      throw new CrivoError('invalid-input', '--preparation says all of it; leave --preset and --layout out.');
    const { parsePreparation } = await import('../../engine/accuracy/import/preparation-file.ts');
    return { preparation: parsePreparation(await textOf(file), file) };
  }
  const name = preset === undefined ? undefined : oneOf('--preset', preset, presetNames);
  if (layout === undefined) return name === undefined ? {} : { preparation: name };
  const chosen = oneOf('--layout', layout, pictureLayouts);
  const { preparation } = preparationPresets[name ?? 'imagenet'];
  if (preparation.kind !== 'image')
    throw new CrivoError('invalid-input', `--layout is for pictures, but ${name} prepares none; leave it out.`);
  return { preparation: { ...preparation, layout: chosen } };
}

const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? "doesn't exist" : `can't be read (${cause.code})`;
    throw new CrivoError('invalid-input', `The preparation ${file} ${why}; check its path.`, { cause });
  });

/** What is said of a model's boxes: x0, y0, x1, y1 in pixels where only one of order and unit is. */
function boxOptions({ boxes, boxUnit, boxOutputs }: ImportOptions): Pick<ImportRequest, 'boxLayout' | 'boxOutputs'> {
  const names = boxOutputs?.split(',').map((name) => name.trim()) ?? [];
  const outputs = outputsNamed(names);
  if (boxOutputs !== undefined && outputs === null)
    throw new CrivoError(
      'invalid-input',
      `--box-outputs takes three names, as in "boxes,scores,labels", or one of an output with all of it, not "${boxOutputs}".`,
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

function outputsNamed(names: readonly string[]): BoxOutputs | null {
  const [first, scores, classes, ...rest] = names;
  if (!first || rest.length > 0) return null;
  if (names.length === 1) return { detections: first };
  return scores && classes ? { boxes: first, scores, classes } : null;
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
