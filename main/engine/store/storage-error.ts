import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** What SQLite's and the file system's codes mean for a person; the first match counts. */
const meanings: readonly {
  readonly code: RegExp;
  readonly kind: 'storage' | 'conflict';
  readonly text: (folder: string) => string;
}[] = [
  {
    code: /^SQLITE_(BUSY|LOCKED)/,
    kind: 'conflict',
    text: (folder) => say('folderBusy', { folder }),
  },
  {
    code: /^(SQLITE_FULL|SQLITE_IOERR_WRITE|SQLITE_IOERR_FSYNC|SQLITE_IOERR_TRUNCATE|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT|EFBIG)$/,
    kind: 'storage',
    text: (folder) => say('diskFull', { folder }),
  },
  {
    code: /^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS)/,
    kind: 'storage',
    text: (folder) => say('folderReadOnly', { folder }),
  },
  {
    code: /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    kind: 'storage',
    text: (folder) => say('databaseDamaged', { folder }),
  },
  {
    code: /^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EEXIST|ELOOP|ENAMETOOLONG)/,
    kind: 'storage',
    text: (folder) => say('folderUnopened', { folder }),
  },
  {
    code: /^(SQLITE_IOERR|EIO)/,
    kind: 'storage',
    text: (folder) => say('diskUnreadable', { folder }),
  },
];

/** Whether the file system refused to take more. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && /^(ENOSPC|EDQUOT|EFBIG)$/.test((error as NodeJS.ErrnoException).code ?? '');

/** The `CrivoError` that a failure of SQLite or of the file system means; anything else as it is. */
export function storageError(error: unknown, folder: string): unknown {
  if (error instanceof CrivoError || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return error;
  const meaning = meanings.find((candidate) => candidate.code.test(code));
  if (meaning === undefined) return error;
  return new CrivoError(meaning.kind, meaning.text(folder), { detail: `${code}: ${error.message}`, cause: error });
}

type Method = (...parameters: never[]) => unknown;

/** The same functions, with every failure of storage (thrown or rejected) turned into its `CrivoError`. */
export function guarded<Group extends object>(group: Group, folder: string): Group {
  const entries = Object.entries(group).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === 'function' ? guard(member as Method, folder) : member,
  ]);
  return Object.fromEntries(entries) as Group;
}

function guard(method: Method, folder: string): Method {
  return (...parameters) => {
    try {
      const result = method(...parameters);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw storageError(error, folder);
      });
    } catch (error) {
      throw storageError(error, folder);
    }
  };
}
