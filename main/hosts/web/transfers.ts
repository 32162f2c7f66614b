/**
 * Files that come from and go to the browser. A browser never names a path of this machine: it names what it uploaded
 * (`upload:<id>` or `upload:<id>/<name>`) or what it is about to download (`download:<id>/<name>`).
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CrivoError } from '../../../shared/errors.ts';
import { receiveFile } from './receive-file.ts';
import type { UploadLimits } from './receive-file.ts';
import { say } from '../../../shared/phrases/phrase.ts';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const reference = new RegExp(`^(upload|download):(${uuid})(?:/(.+))?$`);

export interface Transfers {
  /** Streams a request's body into a file of an upload folder (a new one unless `id` names one); the reference to it. */
  readonly receive: (
    request: IncomingMessage,
    name: string,
    id: string | null,
    /** Folders inside it that the file is in, as in `digits/3`; '' for none. */
    folders: string,
  ) => Promise<{ reference: string; sizeBytes: number }>;
  readonly send: (response: ServerResponse, id: string, name: string) => Promise<void>;
  /** The path that a reference stands for. Raises `forbidden` for anything that is not a reference. */
  readonly pathOf: (text: string, kind: 'upload' | 'download') => Promise<string>;
  /** Removes all of it. */
  readonly clear: () => Promise<void>;
}

/** @param folder its own; emptied by `clear` */
export function createTransfers(folder: string, limits: UploadLimits): Transfers {
  const place = (kind: string, id: string): string => join(folder, kind, id);
  return {
    receive: async (request, name, id, folders) => {
      const uploadId = id ?? randomUUID();
      if (!new RegExp(`^${uuid}$`).test(uploadId)) throw new CrivoError('invalid-input', say('uploadNoId'));
      const safe = safeName(name);
      const path = join(place('upload', uploadId), ...safeFolders(folders), safe);
      const sizeBytes = await receiveFile(request, { path, name: safe }, limits);
      return { reference: `upload:${uploadId}/${safe}`, sizeBytes };
    },
    send: async (response, id, name) => {
      const safe = safeName(name);
      const path = join(place('download', id), safe);
      const found = await stat(path).catch(() => null);
      if (found === null) throw new CrivoError('not-found', say('exportGone'));
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': found.size,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(safe)}`,
      });
      await pipeline(createReadStream(path), response);
      await rm(place('download', id), { recursive: true, force: true });
    },
    pathOf: async (text, kind) => {
      const match = reference.exec(text);
      if (match === null || match[1] !== kind) {
        throw new CrivoError('forbidden', say('noNamedFiles'));
      }
      const inside = place(kind, match[2]!);
      if (kind === 'download') await mkdir(inside, { recursive: true });
      else if ((await readdir(inside).catch(() => [])).length === 0) {
        throw new CrivoError('not-found', say('uploadGone'));
      }
      return match[3] === undefined ? inside : join(inside, safeName(match[3]));
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

const mostFolders = 16;

function safeFolders(folders: string): string[] {
  const parts = folders.split(/[/\\]/).filter((part) => part !== '');
  if (parts.length <= mostFolders) return parts.map(safeName);
  throw new CrivoError('invalid-input', say('uploadTooDeep', { most: mostFolders }));
}

/** A file name without folders, control characters or names that mean something to a file system. */
export function safeName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  // Windows drops dots and spaces at the end, so that two names would be one file.
  const clean = base
    .replace(/[\p{Cc}<>:"|?*]/gu, '_')
    .replace(/[. ]+$/, '')
    .slice(-200);
  if (clean === '') return '_';
  // Devices of Windows, with any ending.
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(clean) ? `_${clean}` : clean;
}
