/** Reads what was named, example by example, into NumPy files that cells and calibrations read as they are. */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type {
  AudioPreparation,
  DatasetDetail,
  ImportRequest,
  Preparation,
  SkippedExamples,
} from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { preparationPresets } from '../../../../shared/preparation-presets.ts';
import type { Normalization } from '../../ports.ts';
import { canonicalJson } from '../../store/canonical-json.ts';
import type { StoredDataset, StoredInput } from '../stored-dataset.ts';
import { askedTask } from './asked-task.ts';
import { createLabelWriter, createLineWriter } from './label-writer.ts';
import { createNpyWriter } from './npy-writer.ts';
import type { NpyWriter } from './npy-writer.ts';
import { openSource } from './open-source.ts';
import { windowCountOf } from './prepare-example.ts';
import type { PictureDecoder, PreparedExample } from './prepare-example.ts';
import { preparedInOrder } from './prepare-in-order.ts';
import type { ExampleSource, RawExample } from './source.ts';

export interface ImportTools {
  /** An empty folder: what is written there is the dataset. */
  readonly folder: string;
  /** An empty folder for what is needed only meanwhile. */
  readonly scratchFolder: string;
  readonly decoder: PictureDecoder;
  /** Only so many are prepared, to look at. */
  readonly limit: number | null;
  readonly progress: (fraction: number | null, message: string) => void;
}

export interface ImportedDataset {
  readonly stored: StoredDataset;
  /** Examples that were found. */
  readonly found: number;
}

const mostListed = 100;

/** Raises `invalid-input`, `invalid-dataset`, `cancelled`. */
export async function importDataset(request: ImportRequest, tools: ImportTools): Promise<ImportedDataset> {
  tools.progress(null, say('lookingForExamples'));
  const source = await openSource(request, tools.scratchFolder);
  const chosen = chosenPreparation(request, source);
  const needsCount = source.found === null && ((request.calibrationExamples ?? 0) > 0 || source.isRagged === true);
  const counted = needsCount ? await countExamples(source) : null;
  const preparation = withLength(chosen.preparation, source, counted?.longest);
  normalizationOf(preparation);
  const judged = { ...source, task: askedTask(source.task, request, preparation) };
  const total = source.found ?? counted?.count ?? null;
  const splits = preparation.kind === 'audio' && (request.calibrationExamples ?? 0) > 0;
  const examples = splits ? await countWindows(source, preparation) : total;
  const writer = await createDatasetWriter(request, judged, tools.folder, examples);
  let found = 0;
  const taken = async function* (): AsyncGenerator<RawExample> {
    for await (const raw of source.examples()) {
      found += 1;
      yield raw;
      if (found === tools.limit) return;
    }
  };
  const { decoder, limit } = tools;
  try {
    for await (const outcome of preparedInOrder(taken(), preparation, { decoder, most: limit ?? Infinity })) {
      if ('reason' in outcome) writer.skip(outcome.source, outcome.reason);
      else await writer.add(outcome);
      tools.progress(total === null ? null : found / Math.max(total, found), say('manyExample', { count: found }));
    }
    const stored = await writer.finish(preparation, { ...chosen.constants, ...source.constants });
    return { stored, found: total ?? found };
  } catch (error) {
    await writer.end();
    throw error;
  }
}

/** The preparation that was asked for, or the usual of the medium. Raises `invalid-input` where it is of another medium. */
function chosenPreparation({ preparation }: ImportRequest, { media }: ExampleSource) {
  const usual = { image: 'imagenet', audio: 'silero', numbers: 'numbers' } as const;
  const chosen =
    preparation === undefined
      ? preparationPresets[usual[media]]
      : typeof preparation === 'string'
        ? preparationPresets[preparation]
        : { preparation, constants: preparation.kind === 'audio' ? preparationPresets.silero.constants : {} };
  if (chosen.preparation.kind === media) return chosen;
  throw new CrivoError('invalid-input', say('otherPreparation', { kind: chosen.preparation.kind, media }));
}

async function countExamples(source: ExampleSource): Promise<{ readonly count: number; readonly longest: number }> {
  let [count, longest] = [0, 0];
  for await (const example of source.examples()) {
    count += 1;
    if (example.kind !== 'tensors') continue;
    for (const { values } of Object.values(example.tensors)) longest = Math.max(longest, values.length);
  }
  return { count, longest };
}

/** Those of the recordings that can be read. */
async function countWindows(source: ExampleSource, preparation: AudioPreparation): Promise<number> {
  let count = 0;
  for await (const raw of source.examples())
    if (raw.kind === 'file') count += await windowCountOf(raw.path, preparation).catch(() => 0);
  return count;
}

const withLength = (preparation: Preparation, { isRagged }: ExampleSource, longest: number | undefined): Preparation =>
  preparation.kind === 'numbers' &&
  preparation.length === undefined &&
  isRagged === true &&
  longest !== undefined &&
  longest > 0
    ? { ...preparation, length: longest }
    : preparation;

async function createDatasetWriter(
  request: ImportRequest,
  source: ExampleSource,
  folder: string,
  found: number | null,
) {
  const { task } = source;
  const labels = task === null ? null : await createLabelWriter(folder, task);
  const sources = await createLineWriter(join(folder, 'sources.jsonl'));
  const calibrationCount = Math.min(request.calibrationExamples ?? 0, Math.floor((found ?? 0) / 2));
  const every = calibrationCount === 0 ? Infinity : Math.floor((found ?? 0) / calibrationCount);
  const main = createInputWriters(folder, 'input');
  const calibration = createInputWriters(folder, 'calibration');
  const skipped: { count: number; listed: { source: string; reason: string }[] } = { count: 0, listed: [] };
  let seen = 0;
  const skip = (from: string, reason: string): void => {
    skipped.count += 1;
    if (skipped.listed.length < mostListed) skipped.listed.push({ source: from, reason });
  };
  return {
    skip,
    add: async (example: PreparedExample): Promise<void> => {
      seen += 1;
      const isCalibration = seen % every === 0 && calibration.rows() < calibrationCount;
      const unfit = (isCalibration ? calibration : main).unfit(example);
      if (unfit !== null) return skip(example.source, unfit);
      if (isCalibration) return calibration.add(example);
      if (labels !== null) {
        if (example.label === null) return skip(example.source, say('noLabel'));
        try {
          await labels.add(example.label);
        } catch (error) {
          if (!(error instanceof CrivoError)) throw error;
          return skip(example.source, error.message);
        }
      }
      await main.add(example);
      await sources.add(example.source);
    },
    /** Closes the files after a failure. */
    end: async (): Promise<void> => {
      await Promise.allSettled([main.finish(), calibration.finish(), sources.finish(), labels?.finish()]);
    },
    finish: async (preparation: Preparation, constants: Readonly<Record<string, number>>): Promise<StoredDataset> => {
      const inputs = await main.finish();
      if (inputs.length === 0) throw nothingUsable(request, skipped);
      const aside = await calibration.finish();
      const written = await labels?.finish();
      await sources.finish();
      const normalization = normalizationOf(preparation);
      const asStored = (list: typeof inputs): StoredInput[] =>
        list.map(({ file, sha256, inputName }) => ({ file, sha256, inputName, normalization }));
      const target = written === undefined ? null : { task: written.task, file: written.file };
      const fed = Object.fromEntries(
        Object.entries(constants).filter(([name]) => !inputs.some(({ inputName }) => inputName === name)),
      );
      const identity = [inputs, aside].map((list) => list.map(({ sha256, inputName }) => [sha256, inputName]));
      const sha256 = createHash('sha256')
        .update(canonicalJson([identity, written?.sha256 ?? null, written?.task ?? null, normalization, fed]))
        .digest('hex');
      const sizeBytes = [...inputs, ...aside].reduce((sum, input) => sum + input.sizeBytes, written?.sizeBytes ?? 0);
      const examples = inputs[0]!.rows;
      return {
        ...{
          inputs: asStored(inputs),
          calibration: aside.length === 0 ? null : asStored(aside),
          constants: fed,
          target,
        },
        detail: {
          ...{ name: '', sha256, examples, calibrationExamples: aside[0]?.rows ?? 0, labelled: target !== null },
          ...{ description: '', kind: preparation.kind, task: target?.task.kind ?? null, sizeBytes },
          inputs: inputs.map(({ inputName, elementType, shape }) => ({ inputName, elementType, shape })),
          ...{ preparation, judged: withoutAlphabet(target?.task ?? null), classCounts: written?.classCounts ?? null },
          ...{ skipped, constants: fed, notes: [...source.notes], addedAt: null, importedFrom: null },
        },
      };
    },
  };
}

const withoutAlphabet = (task: DatasetDetail['judged']): DatasetDetail['judged'] =>
  task?.kind === 'text' ? { ...task, alphabet: [] } : task;

function nothingUsable({ paths }: ImportRequest, { count, listed }: SkippedExamples): CrivoError {
  const [first] = listed;
  const name = basename(paths[0] ?? '');
  return new CrivoError(
    'invalid-dataset',
    first === undefined
      ? say('noExamplesIn', { name })
      : say('noUsableExample', { count, name, source: first.source, reason: first.reason }),
  );
}

function normalizationOf(preparation: Preparation): Normalization {
  if (preparation.kind === 'audio') return { scale: 1, mean: [0], deviation: [1], channelAxis: null };
  if (preparation.kind === 'numbers') {
    const { scale, mean, deviation } = preparation;
    return { scale, mean: [mean], deviation: [deviation], channelAxis: null };
  }
  const { scale, mean, deviation, layout, channels } = preparation;
  const depth = channels === 'gray' ? 1 : 3;
  for (const values of [mean, deviation]) {
    if (values.length !== 1 && values.length !== depth) {
      throw new CrivoError('invalid-input', say('otherDepth', { values: values.length, depth }));
    }
  }
  const differ = mean.length > 1 || deviation.length > 1;
  return { scale, mean, deviation, channelAxis: differ ? (layout === 'nchw' ? 0 : 2) : null };
}

interface WrittenInput {
  readonly file: string;
  readonly inputName: string | null;
  readonly elementType: string;
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly rows: number;
}

/** A NumPy file for each tensor of the examples, opened with the first. */
function createInputWriters(folder: string, prefix: string) {
  const writers: {
    readonly name: string;
    readonly file: string;
    readonly elementType: string;
    readonly shape: readonly number[];
    readonly writer: NpyWriter;
  }[] = [];
  return {
    rows: (): number => writers[0]?.writer.rows() ?? 0,
    /** Why an example can't stand beside the first, in a few words; null where it can. */
    unfit: ({ tensors }: PreparedExample): string | null => {
      if (writers.length === 0) return null;
      for (const { name, shape, elementType } of writers) {
        const tensor = tensors[name];
        if (tensor === undefined) return say('lacksInput', { name });
        if (tensor.shape.join() !== shape.join())
          return say('otherShape', { own: tensor.shape.join(', '), shape: shape.join(', ') });
        if (tensor.elementType !== elementType) return say('otherType', { own: tensor.elementType, type: elementType });
      }
      return Object.keys(tensors).length === writers.length ? null : say('moreInputs');
    },
    add: async ({ tensors }: PreparedExample): Promise<void> => {
      if (writers.length === 0) {
        for (const [index, [name, { elementType, shape }]] of Object.entries(tensors).entries()) {
          const file = `${prefix}-${index}.npy`;
          writers.push({
            name,
            file,
            elementType,
            shape,
            writer: await createNpyWriter(join(folder, file), elementType, shape),
          });
        }
      }
      for (const { name, writer } of writers) await writer.add(tensors[name]!.values);
    },
    finish: (): Promise<WrittenInput[]> =>
      Promise.all(
        writers.map(async ({ name, file, elementType, shape, writer }) => {
          const { sha256, sizeBytes, rows } = await writer.finish();
          return { file, inputName: name === '' ? null : name, elementType, shape, sha256, sizeBytes, rows };
        }),
      ),
  };
}
