/**
 * ONNX Runtime's CUDA and TensorRT libraries, fetched on request from Microsoft's NuGet package of the runtime's own version:
 * a whole copy of the runtime beside the data, so that nothing is written into the installed program.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { GpuRuntimeOffer } from '../../../shared/hardware.ts';
import type { JobOptions } from '../ports.ts';
import { storageError } from '../store/storage-error.ts';
import { download } from './download.ts';
import type { Download } from './download.ts';
import { extractEntry, zipEntries } from './zip-entries.ts';

export interface GpuRuntimeOptions {
  readonly dataFolder: string;
  /** The folder of the package onnxruntime-node that the program runs. */
  readonly packageFolder: string;
  readonly platform?: NodeJS.Platform;
  readonly architecture?: string;
  /** Where the package's size, hash and place are asked for; tests have their own. */
  readonly registration?: string;
}

export interface GpuRuntime {
  /** What would be fetched. Rejects with `unavailable` where there is nothing for this machine. */
  readonly offer: () => Promise<GpuRuntimeOffer>;
  /** Whole or not at all. Rejects with `cancelled`, `job-failed`, `storage`, `unavailable`. */
  readonly install: (options?: JobOptions) => Promise<void>;
}

const nuget = 'https://api.nuget.org/v3/registration5-semver1';
/** As in onnxruntime-node's own `script/install-metadata.js`. */
const packageName = 'microsoft.ml.onnxruntime.gpu.linux';
const libraries = ['cuda', 'shared', 'tensorrt'].map((name) => `libonnxruntime_providers_${name}.so`);
const inPackage = 'runtimes/linux-x64/native/';
const native = join('bin', 'napi-v6', 'linux', 'x64');

/** Where the copy of a version is, installed or not: a folder that holds `node_modules/onnxruntime-node`. */
export const gpuRuntimeFolder = (dataFolder: string, version: string): string =>
  join(dataFolder, 'runtimes', `onnxruntime-${version}-cuda12`);

/** Version of the package in a folder. */
export const packageVersion = async (folder: string): Promise<string> =>
  (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

export function createGpuRuntime(options: GpuRuntimeOptions): GpuRuntime {
  const { dataFolder, packageFolder, registration = nuget } = options;
  const { platform = process.platform, architecture = process.arch } = options;

  const find = async (): Promise<Download & GpuRuntimeOffer> => {
    if (platform !== 'linux' || architecture !== 'x64')
      throw new CrivoError('unavailable', say('cudaOnlyLinux', { platform, architecture }));
    const version = await packageVersion(packageFolder);
    const leaf = await json(`${registration}/${packageName}/${version}.json`);
    const entry = await json(textOf(leaf, 'catalogEntry'));
    const sizeBytes = entry['packageSize'];
    if (entry['packageHashAlgorithm'] !== 'SHA512' || typeof sizeBytes !== 'number') throw unexpected(registration);
    const license = entry['licenseExpression'];
    return {
      ...{ version, sizeBytes, url: textOf(leaf, 'packageContent'), sha512: textOf(entry, 'packageHash') },
      license: typeof license === 'string' && license !== '' ? license : 'MIT',
      needs: say('cudaNeeds'),
      installed: existsSync(gpuRuntimeFolder(dataFolder, version)),
    };
  };

  return {
    offer: async () => {
      const { version, sizeBytes, license, needs, installed } = await find();
      return { version, sizeBytes, license, needs, installed };
    },
    install: async (job = {}) => {
      const found = await find();
      const target = gpuRuntimeFolder(dataFolder, found.version);
      if (existsSync(target)) return;
      try {
        await mkdir(join(dataFolder, 'runtimes'), { recursive: true });
        const archive = join(dataFolder, 'runtimes', `${packageName}.${found.version}.part`);
        await download(found, archive, {
          ...job,
          onProgress: (fraction, message) => job.onProgress?.((fraction ?? 0) * downloadShare, message),
        });
        job.onProgress?.(downloadShare, say('unpacking'));
        await assemble(archive, packageFolder, target, job.signal);
        await rm(archive, { force: true });
      } catch (error) {
        if (job.signal?.aborted === true) throw new CrivoError('cancelled', say('installationCancelled'));
        throw storageError(error, dataFolder);
      }
    },
  };
}

const downloadShare = 0.9;

/** Makes the copy under another name, and gives it its own when it is whole. */
async function assemble(
  archive: string,
  packageFolder: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const making = await mkdtemp(`${target}-making-`);
  try {
    const runtime = join(making, 'node_modules', 'onnxruntime-node');
    await mkdir(join(runtime, native), { recursive: true });
    for (const part of ['package.json', 'dist'])
      await cp(join(packageFolder, part), join(runtime, part), { recursive: true });
    const common = [join(packageFolder, 'node_modules'), join(packageFolder, '..')].map((folder) =>
      join(folder, 'onnxruntime-common'),
    );
    await cp(common.find(existsSync) ?? common[1]!, join(making, 'node_modules', 'onnxruntime-common'), {
      recursive: true,
    });
    for (const name of await readdir(join(packageFolder, native))) {
      const source = join(packageFolder, native, name);
      // The system looks for libraries beside the file that it loads, so that file is a copy; the large one is a link.
      if (name.endsWith('.node')) await cp(source, join(runtime, native, name));
      else if (!libraries.includes(name)) await symlink(source, join(runtime, native, name));
    }
    const entries = await zipEntries(archive);
    for (const name of libraries) {
      const entry = entries.find((candidate) => candidate.name === `${inPackage}${name}`);
      if (entry === undefined) throw new CrivoError('job-failed', say('packageLacks', { name }));
      await extractEntry(archive, entry, join(runtime, native, name), signal);
    }
    await rename(making, target);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
}

async function json(url: string): Promise<Readonly<Record<string, unknown>>> {
  const { host } = new URL(url);
  const answer = await fetch(url).catch((error: unknown) => {
    throw new CrivoError('unavailable', say('hostUnreachable', { host }), { cause: error });
  });
  if (!answer.ok) throw new CrivoError('unavailable', say('noSuchPackage', { host, status: answer.status }));
  const content: unknown = await answer.json().catch(() => null);
  if (typeof content !== 'object' || content === null) throw unexpected(url);
  return content as Readonly<Record<string, unknown>>;
}

function textOf(from: Readonly<Record<string, unknown>>, field: string): string {
  const value = from[field];
  if (typeof value !== 'string') throw unexpected(field);
  return value;
}

const unexpected = (what: string): CrivoError => new CrivoError('unavailable', say('packageUnexpected', { what }));
