/** The library of datasets: those that come with the program, and imported ones. */
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type {
  DatasetDetail,
  DatasetFit,
  DatasetPreview,
  DatasetSummary,
  ExampleView,
  ImportRequest,
} from '../../../shared/dataset.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { ModelInspection } from '../../../shared/model.ts';
import { freeName } from '../library/model-names.ts';
import type { Clock, JobOptions, JobRunner, Publish } from '../ports.ts';
import type { DatasetStore } from '../store/datasets.ts';
import { storageError } from '../store/storage-error.ts';
import type { KnownDataset } from './bundled-datasets.ts';
import { checkFit } from './check-fit.ts';
import { readExamples } from './read-examples.ts';
import { knownDataset } from './stored-dataset.ts';

export interface Datasets {
  /** Present ones, by name. */
  readonly list: () => readonly KnownDataset[];
  /** Undefined where none has that name. */
  readonly get: (name: string) => KnownDataset | undefined;
  /** Raises `not-found` with the names that there are. */
  readonly find: (name: string) => KnownDataset;
  /** Reads examples into the data folder. Raises `CrivoError`; what was there stays. */
  readonly add: (
    request: ImportRequest,
    options?: JobOptions,
  ) => Promise<{ readonly dataset: DatasetDetail; readonly known: boolean }>;
  /** The first examples of an import, without importing. */
  readonly preview: (request: ImportRequest, limit: number, options?: JobOptions) => Promise<DatasetPreview>;
  /** Takes it out of the library; its files stay, so that `restore` brings it back. */
  readonly remove: (name: string) => DatasetSummary;
  /** Raises `not-found`. */
  readonly restore: (sha256: string) => DatasetSummary;
  readonly examples: (name: string, offset: number, limit: number) => Promise<readonly ExampleView[]>;
  /** Examples of one that may have been removed since. */
  readonly examplesAt: (sha256: string, indexes: readonly number[]) => Promise<readonly ExampleView[]>;
  /** Whether a model can be run on it. */
  readonly check: (name: string, model: { readonly name: string; readonly inspection: ModelInspection }) => DatasetFit;
  readonly detailOf: (sha256: string) => DatasetDetail | null;
}

export interface DatasetsOptions {
  readonly bundled: readonly KnownDataset[];
  readonly store: DatasetStore;
  readonly jobs: JobRunner;
  readonly publish: Publish;
  readonly clock: Clock;
  readonly dataFolder: string;
  /** On the data folder's disk. */
  readonly workFolder: string;
}

/** What lists show of a dataset. */
export function datasetSummary(detail: DatasetDetail): DatasetSummary {
  const { name, sha256, examples, calibrationExamples, labelled, description, kind, task } = detail;
  const { inputs, sizeBytes, addedAt } = detail;
  return {
    ...{ name, sha256, examples, calibrationExamples, labelled, description, kind, task },
    ...{ inputs, sizeBytes, addedAt },
  };
}

export function createDatasets(options: DatasetsOptions): Datasets {
  const { bundled, store, jobs, publish, clock, dataFolder, workFolder } = options;
  const folderOf = (sha256: string): string => join(dataFolder, 'datasets', sha256);
  const located = (stored: Parameters<typeof knownDataset>[0]): KnownDataset =>
    knownDataset(stored, folderOf(stored.detail.sha256));
  const list = (): readonly KnownDataset[] => [...bundled, ...store.list().map(({ stored }) => located(stored))];
  const get = (name: string): KnownDataset | undefined => list().find(({ files }) => files.name === name);
  const find = (name: string): KnownDataset => {
    const found = get(name);
    if (found !== undefined) return found;
    const names = list().map(({ files }) => files.name);
    throw new CrivoError('not-found', say('noDatasetCalled', { name, names: names.join(', ') }));
  };
  const byHash = (sha256: string): KnownDataset | null => {
    const own = bundled.find(({ files }) => files.sha256 === sha256);
    if (own !== undefined) return own;
    const row = store.get(sha256);
    return row === null ? null : located(row.stored);
  };
  const isTaken = (name: string): boolean => store.isTaken(name) || bundled.some(({ files }) => files.name === name);
  const changed = <Result>(result: Result): Result => {
    publish({ type: 'datasets-changed' });
    return result;
  };
  const restore = (sha256: string): DatasetDetail => changed(store.setRemoved(sha256, false).stored.detail);

  const withImport = async <Result>(
    request: ImportRequest,
    limit: number | null,
    jobOptions: JobOptions,
    use: (imported: Awaited<ReturnType<typeof jobs.run<'import-dataset'>>>, folder: string) => Promise<Result>,
  ): Promise<Result> => {
    const folder = await mkdtemp(join(workFolder, 'dataset-'));
    try {
      const imported = await jobs.run('import-dataset', { request, folder, dataFolder, limit }, jobOptions);
      return await use(imported, join(folder, 'dataset'));
    } catch (error) {
      throw storageError(error, dataFolder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    list,
    get,
    find,
    add: async (request, jobOptions = {}) => {
      if (request.name !== undefined && isTaken(request.name)) {
        throw new CrivoError('conflict', say('datasetNameTaken', { name: request.name }));
      }
      return withImport(request, null, jobOptions, async ({ stored }, folder) => {
        const { sha256 } = stored.detail;
        const known = byHash(sha256);
        if (known !== null && store.get(sha256)?.removed !== true) return { dataset: known.detail, known: true };
        if (known !== null && (await exists(folderOf(sha256)))) return { dataset: restore(sha256), known: false };
        await mkdir(join(dataFolder, 'datasets'), { recursive: true });
        await rm(folderOf(sha256), { recursive: true, force: true });
        await rename(folder, folderOf(sha256));
        if (known !== null) return { dataset: restore(sha256), known: false };
        const importedFrom = request.paths[0]!;
        const detail: DatasetDetail = {
          ...stored.detail,
          ...{ name: request.name ?? freeName(nameOf(importedFrom), isTaken), importedFrom },
          addedAt: new Date(clock.now()).toISOString(),
        };
        return { dataset: changed(store.insert({ ...stored, detail }).stored.detail), known: false };
      });
    },
    preview: (request, limit, jobOptions = {}) =>
      withImport(request, limit, jobOptions, async ({ stored, found }, folder) => {
        const known = knownDataset(stored, folder);
        return {
          detail: stored.detail,
          found,
          examples: await readExamples(known, upTo(stored.detail.examples, 0, limit), folder),
        };
      }),
    remove: (name) => {
      const { detail } = find(name);
      if (store.get(detail.sha256) === null) {
        throw new CrivoError('conflict', say('datasetIsBundled', { name }));
      }
      return changed(datasetSummary(store.setRemoved(detail.sha256, true).stored.detail));
    },
    restore: (sha256) => datasetSummary(restore(sha256)),
    examples: (name, offset, limit) => {
      const known = find(name);
      return readExamples(known, upTo(known.detail.examples, offset, limit), folderOf(known.detail.sha256));
    },
    examplesAt: async (sha256, indexes) => {
      const known = byHash(sha256);
      if (known === null) throw new CrivoError('not-found', say('datasetOfAnswersGone'));
      return readExamples(known, indexes, folderOf(sha256));
    },
    check: (name, model) => checkFit(find(name), model),
    detailOf: (sha256) => byHash(sha256)?.detail ?? null,
  };
}

const upTo = (examples: number, offset: number, limit: number): number[] =>
  Array.from({ length: Math.max(0, Math.min(limit, examples - offset)) }, (_, at) => offset + at);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A name from a path: letters, digits, points and dashes of its last part. */
function nameOf(path: string): string {
  const stem = basename(path).replace(/\.(npy|npz|csv|tsv|jsonl|ndjson|wav|png|jpe?g)$/i, '');
  const clean = stem
    .replace(/[^\p{L}\p{N} ._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 80);
  return clean === '' ? 'dataset' : clean;
}
