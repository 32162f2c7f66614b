/** Tensors whose values stand in other files of the model's folder. */
import { open, realpath, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep, win32 } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { DataLocation } from './proto.ts';
import type { ModelProto, TensorProto } from './proto.ts';
import { largeBytes } from './encode-chunks.ts';
import { bytesOf } from './file-backed.ts';
import type { BackingFiles } from './file-backed.ts';
import { readBytes } from './read-bytes.ts';
import { tensorBytes } from './tensor.ts';
import { tensorsOf } from './tensors-of.ts';

/** A part of a file in which a tensor's values stand. */
export interface ExternalRegion {
  readonly tensor: TensorProto;
  /** As the model writes it, relative to its folder. */
  readonly location: string;
  /** The file, links resolved; inside the model's folder. */
  readonly path: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Whether the tensor's values stand in another file. */
export const isExternal = (tensor: TensorProto): boolean => tensor.dataLocation === DataLocation.EXTERNAL;

/** Locations of a model's external data, as it writes them, each once. */
export function externalLocations(model: ModelProto): string[] {
  const locations = new Set<string>();
  for (const { tensor } of tensorsOf(model))
    if (isExternal(tensor)) locations.add(entriesOf(tensor).get('location') ?? '');
  return [...locations];
}

/**
 * Finds the external data of the model at `modelPath` and checks each region against its file. Raises `invalid-model`
 * for a location that is absolute, leaves the folder (`..`, a link) or is missing, and for a region beyond the file's end.
 */
export async function findExternalData(model: ModelProto, modelPath: string): Promise<ExternalRegion[]> {
  const files = new Map<string, Promise<DataFile>>();
  const regions: ExternalRegion[] = [];
  for (const { tensor, label } of tensorsOf(model)) {
    if (!isExternal(tensor)) continue;
    const entries = entriesOf(tensor);
    const location = entries.get('location') ?? '';
    let file = files.get(location);
    if (file === undefined) {
      file = findDataFile(modelPath, location);
      files.set(location, file);
    }
    const { path, sizeBytes } = await file;
    const region = { tensor, location, path, ...extentOf(tensor, label, entries, modelPath) };
    if (region.offset + region.sizeBytes > sizeBytes) {
      throw new CrivoError(
        'invalid-model',
        say('beyondDataFile', { model: modelPath, label, file: location, bytes: sizeBytes }),
      );
    }
    regions.push(region);
  }
  return regions;
}

/**
 * Reads regions into memory as raw data of their tensors, equal ones once. Changes the tensors. Raises `invalid-model`
 * when regions overlap so that memory would be out of proportion to the files.
 */
export async function loadExternalData(regions: readonly ExternalRegion[]): Promise<void> {
  const distinct = new Map(regions.map((region) => [regionKey(region), region]));
  await checkProportion([...distinct.values()]);
  const handles = new Map<string, FileHandle>();
  const values = new Map<string, Uint8Array>();
  try {
    for (const [key, { path, offset, sizeBytes }] of distinct) {
      const handle = handles.get(path) ?? (await open(path));
      handles.set(path, handle);
      values.set(key, await readBytes(handle, offset, sizeBytes));
    }
  } finally {
    for (const handle of handles.values()) await handle.close();
  }
  takeValues(regions, values);
}

/** As `loadExternalData`, but large values are read when they are looked at. */
export async function referToExternalData(regions: readonly ExternalRegion[], files: BackingFiles): Promise<void> {
  const distinct = new Map(regions.map((region) => [regionKey(region), region]));
  await checkProportion([...distinct.values()]);
  const values = new Map<string, Uint8Array>();
  for (const [key, { path, offset, sizeBytes }] of distinct) {
    const part = files.part(path, offset, sizeBytes);
    values.set(key, sizeBytes < largeBytes ? bytesOf(part) : part);
  }
  takeValues(regions, values);
}

const regionKey = ({ path, offset, sizeBytes }: ExternalRegion): string => `${path}\0${offset}\0${sizeBytes}`;

function takeValues(regions: readonly ExternalRegion[], values: ReadonlyMap<string, Uint8Array>): void {
  for (const region of regions) {
    const { tensor } = region;
    tensor.rawData = values.get(regionKey(region)) as Uint8Array<ArrayBuffer>;
    tensor.externalData = [];
    delete (tensor as { dataLocation?: DataLocation }).dataLocation;
  }
}

const entriesOf = (tensor: TensorProto): Map<string, string> =>
  new Map(tensor.externalData.map(({ key, value }) => [key, value]));

interface DataFile {
  readonly path: string;
  readonly sizeBytes: number;
}

async function findDataFile(modelPath: string, location: string): Promise<DataFile> {
  const refuse = (
    why: 'dataFileAbsolute' | 'dataFileOutside' | 'dataFileMissing' | 'dataFileLinksOut' | 'dataFileNoFile',
  ): CrivoError => new CrivoError('invalid-model', say(why, { model: modelPath, file: location }));
  if (location === '') throw new CrivoError('invalid-model', say('dataFileUnnamed', { model: modelPath }));
  const segments = location.split(/[\\/]/);
  if (isAbsolute(location) || win32.isAbsolute(location) || /^[a-z]:/i.test(location) || location.includes('\0')) {
    throw refuse('dataFileAbsolute');
  }
  if (segments.includes('..')) throw refuse('dataFileOutside');
  const folder = await realpath(dirname(modelPath));
  const path = await realpath(join(folder, ...segments)).catch(() => {
    throw refuse('dataFileMissing');
  });
  const inside = relative(folder, path);
  if (inside === '' || isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) {
    throw refuse('dataFileLinksOut');
  }
  const { size, ...status } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
  if (!status.isFile) throw refuse('dataFileNoFile');
  return { path, sizeBytes: size };
}

function extentOf(
  tensor: TensorProto,
  label: string,
  entries: ReadonlyMap<string, string>,
  modelPath: string,
): { offset: number; sizeBytes: number } {
  const declared = tensorBytes(tensor);
  const number = (key: string, fallback: number): number => {
    const text = entries.get(key);
    const value = text === undefined ? fallback : Number(text);
    if (text?.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
    throw new CrivoError(
      'invalid-model',
      say('impossibleExtent', { model: modelPath, label, key, text: String(text) }),
    );
  };
  const sizeBytes = number('length', declared);
  if (sizeBytes !== declared) {
    throw new CrivoError(
      'invalid-model',
      say('externalMismatch', { model: modelPath, label, declared, bytes: sizeBytes }),
    );
  }
  return { offset: number('offset', 0), sizeBytes };
}

/** Regions may overlap (tied weights), but not so that a small file fills the memory. */
async function checkProportion(regions: readonly ExternalRegion[]): Promise<void> {
  const fileBytes = new Map<string, number>();
  let total = 0;
  for (const { path, sizeBytes } of regions) {
    if (!fileBytes.has(path)) fileBytes.set(path, (await stat(path)).size);
    total += sizeBytes;
  }
  const most = 2 * [...fileBytes.values()].reduce((sum, size) => sum + size, 0);
  if (total > most) {
    throw new CrivoError('invalid-model', say('externalOverlap', { declared: total, bytes: most / 2 }));
  }
}
