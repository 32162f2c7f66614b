/** Whether every model's files are there and are what they were when they came in, and what lies about that belongs to none. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatBytes } from '../../../shared/units.ts';
import {
  artifactSha256,
  dropArtifact,
  isAbandoned,
  isStaging,
  keepArtifact,
  modelFileName,
  stageDataFiles,
  stageModel,
} from '../library/import-artifact.ts';
import type { JobOptions } from '../ports.ts';
import { artifactStore } from '../store/artifacts.ts';
import type { ArtifactStore } from '../store/artifacts.ts';
import { takeOutModel } from '../store/check-database.ts';
import type { KnownModel } from '../store/check-database.ts';
import type { Finding } from './finding.ts';

/** Hashes every artifact that the database names. */
export async function checkArtifacts(
  dataFolder: string,
  models: readonly KnownModel[],
  nowMs: number,
  { signal, onProgress }: JobOptions,
): Promise<readonly Finding[]> {
  const artifacts = artifactStore(dataFolder);
  const findings: Finding[] = [];
  for (const [index, model] of models.entries()) {
    signal?.throwIfAborted();
    onProgress?.(index / models.length, `Checking ${model.name}`);
    const state = await stateOf(artifacts, model);
    // What was taken out of the library is offered to nobody: its file may go.
    if (state === 'sound' || (state === 'missing' && model.removed)) continue;
    findings.push({
      what: `The file of the model "${model.name}" ${state === 'missing' ? 'is missing' : 'is not what was added'}.`,
      cure:
        model.importedFrom === null
          ? 'It is a variant: "crivo check --repair" takes it out, and making it again by its recipe brings it back; its runs stay.'
          : `"crivo check --repair" copies it again from ${model.importedFrom} if that is unchanged, else takes it out; its runs stay.`,
      repair: () => repairModel(artifacts, dataFolder, model, nowMs),
    });
  }
  return [...findings, ...(await findOrphans(artifacts, new Set(models.map(({ sha256 }) => sha256))))];
}

async function stateOf(artifacts: ArtifactStore, model: KnownModel): Promise<'sound' | 'missing' | 'damaged'> {
  const folder = artifacts.path(model.sha256);
  try {
    const modelSha256 = await sha256Of(join(folder, modelFileName));
    const dataFiles = await Promise.all(
      model.dataFiles.map(async (name) => [name, await sha256Of(join(folder, ...name.split(/[\\/]/)))] as const),
    );
    return artifactSha256(modelSha256, dataFiles) === model.sha256 ? 'sound' : 'damaged';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    throw error;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}

/** Brings the file back from where it was added, or takes the model out. */
async function repairModel(
  artifacts: ArtifactStore,
  dataFolder: string,
  model: KnownModel,
  nowMs: number,
): Promise<string> {
  const staged = model.importedFrom === null ? null : await stageModel(artifacts, model.importedFrom).catch(() => null);
  if (staged !== null && model.importedFrom !== null) {
    try {
      const { sha256 } = await stageDataFiles(staged, join(model.importedFrom, '..'), model.dataFiles);
      if (sha256 === model.sha256) {
        await rm(artifacts.path(sha256), { recursive: true, force: true });
        await keepArtifact(artifacts, staged, sha256);
        return `"${model.name}" was copied again from ${model.importedFrom}.`;
      }
    } catch {
      // A data file is gone or changed: then the model can't be brought back from there.
    } finally {
      await dropArtifact(staged);
    }
  }
  await rm(artifacts.path(model.sha256), { recursive: true, force: true });
  takeOutModel(dataFolder, model.sha256, nowMs);
  return `"${model.name}" was taken out of the library; add its file again, or make it again by its recipe, to bring it back with its runs.`;
}

async function findOrphans(artifacts: ArtifactStore, known: ReadonlySet<string>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const group of await readdir(artifacts.folder).catch(() => [])) {
    const path = join(artifacts.folder, group);
    if (isStaging(group)) {
      if (isAbandoned(group)) findings.push(await leftover(path, 'an import that was interrupted'));
      continue;
    }
    for (const sha256 of await readdir(path).catch(() => []))
      if (!known.has(sha256)) findings.push(await leftover(join(path, sha256), 'no model of the library'));
  }
  return findings;
}

/** Files that belong to nothing; removing them is the repair. */
export async function leftover(path: string, owner: string): Promise<Finding> {
  const bytes = await sizeOf(path);
  return {
    what: `${path} belongs to ${owner} (${formatBytes(bytes)}).`,
    cure: '"crivo check --repair" removes it.',
    repair: async () => {
      await rm(path, { recursive: true, force: true });
      return `${path} was removed, ${formatBytes(bytes)}.`;
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (info === null) return 0;
  if (!info.isDirectory()) return info.size;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
