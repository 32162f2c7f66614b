/** Brings a model file and its data files into the folder of artifacts, named by their content. */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { isRunning } from '../running-process.ts';
import { copyHashed } from './copy-hashed.ts';
import type { CopyOptions, HashedCopy } from './copy-hashed.ts';

/** The model's file in its artifact's folder. */
export const modelFileName = 'model.onnx';

const stagingPrefix = 'incoming-';

/** Where artifacts stand; `store.artifacts`. */
export interface ArtifactFolders {
  readonly folder: string;
  readonly path: (sha256: string) => string;
}

/** A copy that is complete on the disk and has no name yet. */
export interface StagedArtifact {
  readonly folder: string;
  readonly modelPath: string;
  /** Of the model's file alone. */
  readonly model: HashedCopy;
}

/** Copies a model's file into a fresh folder. The caller ends it with `keepArtifact` or `dropArtifact`. */
export async function stageModel(
  artifacts: ArtifactFolders,
  source: string,
  options: CopyOptions = {},
): Promise<StagedArtifact> {
  const folder = join(artifacts.folder, `${stagingPrefix}${process.pid}-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const modelPath = join(folder, modelFileName);
  try {
    return { folder, modelPath, model: await copyHashed(source, modelPath, options) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The SHA-256 that names an artifact: the model file's own where there are no data files, else that of the lines
 * `<sha256 of the model>` and, by location, `<location> NUL <sha256>`.
 */
export function artifactSha256(modelSha256: string, dataFiles: readonly (readonly [string, string])[]): string {
  if (dataFiles.length === 0) return modelSha256;
  const hash = createHash('sha256').update(`${modelSha256}\n`);
  for (const [location, sha256] of dataFiles.toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${location}\0${sha256}\n`);
  return hash.digest('hex');
}

/** Copies the data files beside a staged model, under the locations that the model names. Gives the artifact's SHA-256 and its size. */
export async function stageDataFiles(
  staged: StagedArtifact,
  sourceFolder: string,
  locations: readonly string[],
  options: CopyOptions = {},
): Promise<HashedCopy> {
  const hashes: (readonly [string, string])[] = [];
  let sizeBytes = staged.model.sizeBytes;
  for (const location of locations) {
    const segments = location.split(/[\\/]/);
    if (segments.join('/') === modelFileName) {
      throw new CrivoError('invalid-model', say('dataFileNamedModel', { location }));
    }
    const target = join(staged.folder, ...segments);
    await mkdir(dirname(target), { recursive: true });
    const copy = await copyHashed(join(sourceFolder, ...segments), target, options);
    hashes.push([location, copy.sha256]);
    sizeBytes += copy.sizeBytes;
  }
  return { sha256: artifactSha256(staged.model.sha256, hashes), sizeBytes };
}

/** Gives a staged copy its name; where the artifact is there already, the copy is dropped. */
export async function keepArtifact(artifacts: ArtifactFolders, staged: StagedArtifact, sha256: string): Promise<void> {
  const final = artifacts.path(sha256);
  await mkdir(dirname(final), { recursive: true });
  await syncFolder(staged.folder);
  try {
    await rename(staged.folder, final);
  } catch (error) {
    // Another process may have brought in the same content: then it stands there complete.
    if (!(await exists(join(final, modelFileName)))) throw error;
    await dropArtifact(staged);
  }
  await syncFolder(dirname(final));
}

export const dropArtifact = (staged: StagedArtifact): Promise<void> =>
  rm(staged.folder, { recursive: true, force: true });

/** Whether a folder among the artifacts belongs to an import that is not finished. */
export const isStaging = (name: string): boolean => name.startsWith(stagingPrefix);

/** Whether the process of an unfinished import has ended. */
export const isAbandoned = (name: string): boolean =>
  !isRunning(Number(name.slice(stagingPrefix.length).split('-')[0]));

/** Removes what imports of ended processes left behind. */
export async function removeAbandoned(artifacts: ArtifactFolders): Promise<void> {
  const names = await readdir(artifacts.folder).catch(() => []);
  for (const name of names) {
    if (isStaging(name) && isAbandoned(name)) await rm(join(artifacts.folder, name), { recursive: true, force: true });
  }
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Makes names in a folder durable; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
