/** The library of models: content addressed, each file once. */
import { dirname, join } from 'node:path';
import type { AddedModels } from '../../../shared/contract.ts';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { ModelDetail, ModelInspection, ModelSummary, VariantLineage } from '../../../shared/model.ts';
import type { RecipeReport } from '../../../shared/recipe.ts';
import type { Clock, JobOptions, JobRunner, Publish } from '../ports.ts';
import type { ModelStore, StoredModel } from '../store/models.ts';
import { storageError } from '../store/storage-error.ts';
import { findModelFiles } from './find-model-files.ts';
import {
  dropArtifact,
  exists,
  keepArtifact,
  modelFileName,
  removeAbandoned,
  stageDataFiles,
  stageModel,
} from './import-artifact.ts';
import type { ArtifactFolders } from './import-artifact.ts';
import { freeName, nameOfFile } from './model-names.ts';
import { precisionOf } from './precision.ts';
import { resolveReference } from './resolve-reference.ts';

export interface LibraryOptions {
  readonly store: { readonly models: ModelStore; readonly artifacts: ArtifactFolders };
  readonly jobs: JobRunner;
  readonly publish: Publish;
  readonly clock: Clock;
  /** A model that runs longer than this while it is inspected is inspected without running it. */
  readonly inspectionDeadlineMs?: number;
}

const usualInspectionDeadlineMs = 120_000;

/** A variant to be added: where its file stands now, and where it comes from. */
export interface NewVariant {
  readonly modelPath: string;
  /** The name to give it, if it is free. */
  readonly name: string;
  readonly lineage: VariantLineage;
  readonly report: RecipeReport;
}

export interface Library {
  /** Adds files, and all `*.onnx` of folders; what can't be added is told in `failed`. Raises `cancelled`; what was added stays. */
  readonly add: (paths: readonly string[], options?: JobOptions) => Promise<AddedModels>;
  /** Adds a variant's file; `known` where the same content is there already. */
  readonly addVariant: (
    variant: NewVariant,
    options?: JobOptions,
  ) => Promise<{ readonly model: ModelSummary; readonly known: boolean }>;
  /** Present models, by name. */
  readonly list: () => readonly ModelSummary[];
  /** All that is known of a model. Raises `not-found`, `invalid-input`. */
  readonly get: (reference: string) => ModelDetail;
  /** The present model of a name, SHA-256 or prefix of one. Raises `not-found`, `invalid-input`. */
  readonly resolve: (reference: string) => ModelSummary & { readonly inspection: ModelInspection };
  readonly update: (
    reference: string,
    changes: { readonly name?: string; readonly tags?: readonly string[]; readonly note?: string },
  ) => ModelSummary;
  /** Takes a model out of the library; its file and its runs stay, so that `restore` brings it back. */
  readonly remove: (reference: string) => ModelSummary;
  /** Brings a removed model back, under another name where its own is taken by now. Raises `not-found`. */
  readonly restore: (sha256: string) => ModelSummary;
  /** The model's file, beside which its data files stand. */
  readonly pathOf: (sha256: string) => string;
}

/** A model that came in, and whether its content was there. */
interface Imported {
  readonly model: StoredModel;
  readonly known: boolean;
}

/** What a model's row says of its origin. */
interface Origin {
  readonly name: string;
  readonly importedFrom: string | null;
  readonly lineage: VariantLineage | null;
  readonly report: RecipeReport | null;
}

/** Opens the library of a store. Leftovers of interrupted imports are removed in the background. */
export function createLibrary({ store, jobs, publish, clock, inspectionDeadlineMs }: LibraryOptions): Library {
  const { models, artifacts } = store;
  removeAbandoned(artifacts).catch(() => {});
  const isTaken = (name: string): boolean => models.getByName(name) !== null;
  const changed = <Result>(result: Result): Result => {
    publish({ type: 'models-changed' });
    return result;
  };
  const pathOf = (sha256: string): string => join(artifacts.path(sha256), modelFileName);

  const restore = (sha256: string): StoredModel => {
    const model = models.get(sha256);
    if (model?.removed !== true) return models.setRemoved(sha256, false);
    if (isTaken(model.name)) models.update(sha256, { name: freeName(model.name, isTaken) });
    return models.setRemoved(sha256, false);
  };

  /** A model whose content is in the library and on the disk, brought back where it had been removed. */
  const knownModel = async (sha256: string): Promise<Imported | null> => {
    const model = models.get(sha256);
    if (model === null || !(await exists(pathOf(sha256)))) return null;
    return model.removed ? { model: changed(restore(sha256)), known: false } : { model, known: true };
  };

  const bringIn = async (source: string, origin: Origin, options: JobOptions): Promise<Imported> => {
    const { signal, onProgress } = options;
    const onBytes = (done: number, total: number): void =>
      onProgress?.(0.5 * (done / Math.max(1, total)), say('copying', { name: origin.name }));
    const staged = await stageModel(artifacts, source, { signal, onBytes });
    try {
      const knownFile = await knownModel(staged.model.sha256);
      if (knownFile !== null) return knownFile;
      const deadlineMs = inspectionDeadlineMs ?? usualInspectionDeadlineMs;
      const inspection = await inspect(jobs, source, origin.name, deadlineMs, options);
      const { sha256, sizeBytes } = await stageDataFiles(staged, dirname(source), inspection.dataFiles ?? [], {
        signal,
        onBytes,
      });
      const known = await knownModel(sha256);
      if (known !== null) return known;
      await keepArtifact(artifacts, staged, sha256);
      if (models.get(sha256) !== null) return { model: changed(restore(sha256)), known: false };
      const name = freeName(origin.name, isTaken);
      const row = {
        ...origin,
        name,
        sha256,
        sizeBytes,
        inspection,
        precision: precisionOf(inspection),
        addedAt: clock.now(),
      };
      return { model: changed(models.insert(row)), known: false };
    } finally {
      await dropArtifact(staged);
    }
  };

  const add = async (paths: readonly string[], options: JobOptions = {}): Promise<AddedModels> => {
    const failed: { path: string; failure: Failure }[] = [];
    const outcomes = new Map<string, Imported>();
    const files = await filesOf(paths, failed);
    for (const [index, file] of files.entries()) {
      const share = (fraction: number | null, message: string): void =>
        options.onProgress?.((index + (fraction ?? 0)) / files.length, message);
      const origin = { name: nameOfFile(file), importedFrom: file, lineage: null, report: null };
      try {
        const imported = await bringIn(file, origin, { ...options, onProgress: share });
        if (!outcomes.has(imported.model.sha256)) outcomes.set(imported.model.sha256, imported);
      } catch (cause) {
        const failure = toFailure(storageError(unreadable(cause, file), artifacts.folder));
        if (failure.kind === 'cancelled') throw new CrivoError('cancelled', say('addingCancelled'));
        failed.push({ path: file, failure });
      }
    }
    options.onProgress?.(1, say('taskDone'));
    const summaries = (known: boolean): ModelSummary[] =>
      [...outcomes.values()].filter((outcome) => outcome.known === known).map(({ model }) => summaryOf(model));
    return { added: summaries(false), known: summaries(true), failed };
  };

  return {
    add,
    addVariant: async ({ modelPath, ...origin }, options = {}) => {
      const { model, known } = await bringIn(modelPath, { ...origin, importedFrom: null }, options).catch(
        (cause: unknown) => {
          throw storageError(cause, artifacts.folder);
        },
      );
      return { model: summaryOf(model), known };
    },
    list: () => models.list(),
    get: (reference) => {
      const model = resolveReference(models, reference);
      const { inspection, importedFrom, report } = model;
      return { ...summaryOf(model), inspection, importedFrom, report, children: models.children(model.sha256) };
    },
    resolve: (reference) => resolveReference(models, reference),
    update: (reference, changes) => {
      const { sha256 } = resolveReference(models, reference);
      return changed(summaryOf(models.update(sha256, changes)));
    },
    remove: (reference) => changed(summaryOf(models.setRemoved(resolveReference(models, reference).sha256, true))),
    restore: (sha256) => changed(summaryOf(restore(sha256))),
    pathOf,
  };
}

/** Inspects the model in a process of its own; where running it crashes or takes too long, once more without running it. */
async function inspect(
  jobs: JobRunner,
  path: string,
  name: string,
  deadlineMs: number,
  { signal, onProgress }: JobOptions,
): Promise<ModelInspection> {
  const options: JobOptions = {
    signal,
    onProgress: (fraction) => onProgress?.(0.5 + 0.5 * (fraction ?? 0), say('inspecting', { name })),
  };
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    return await jobs.run('inspect-model', { path }, { ...options, signal: either });
  } catch (error) {
    const ranBadly = error instanceof CrivoError && (error.kind === 'job-failed' || deadline.aborted);
    if (!ranBadly || signal?.aborted === true) throw error;
    return jobs.run('inspect-model', { path, withoutRuns: true }, options);
  }
}

async function filesOf(paths: readonly string[], failed: { path: string; failure: Failure }[]): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    try {
      for (const file of await findModelFiles(path)) files.add(file);
    } catch (error) {
      failed.push({ path, failure: toFailure(error) });
    }
  }
  return [...files];
}

/** A source that can't be opened is the person's input, not the data folder's trouble. */
function unreadable(error: unknown, path: string): unknown {
  const { code, path: failedPath } = error as NodeJS.ErrnoException;
  if (code === undefined || failedPath !== path) return error;
  return new CrivoError('invalid-input', say('sourceUnreadable', { path, code }), { cause: error });
}

function summaryOf(model: StoredModel): ModelSummary {
  const { sha256, name, sizeBytes, addedAt, tags, note, precision, parameterCount, macs, opset, lineage } = model;
  return { sha256, name, sizeBytes, addedAt, tags, note, precision, parameterCount, macs, opset, lineage };
}
