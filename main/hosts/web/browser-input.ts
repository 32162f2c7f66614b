/** Calls as a browser may make them: paths are references to its own uploads and downloads, or refused. */
import { CrivoError } from '../../../shared/errors.ts';
import type { Dispatch } from '../../rpc/dispatch.ts';
import type { Transfers } from './transfers.ts';
import { toFailure } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';

/** `refused` fields belong to hosts that share the person's disk; a `name` may be anything but the path of a file. */
type FieldKind = 'upload' | 'download' | 'refused' | 'name';

/** Inputs that name files, by call: how each field is read. */
export const fileFields: Readonly<Record<string, Readonly<Record<string, FieldKind>>>> = {
  'models.add': { paths: 'upload' },
  'models.export': { file: 'download' },
  'results.export': { file: 'download' },
  'results.bundle': { file: 'download' },
  'results.import': { file: 'upload' },
  'sweeps.plan': { folder: 'refused' },
  'sweeps.queue': { folder: 'refused' },
  'variants.make': { recipe: 'name' },
  'datasets.add': { paths: 'upload', labels: 'upload', alphabet: 'upload' },
  'datasets.preview': { paths: 'upload', labels: 'upload', alphabet: 'upload' },
};

/** The dispatcher for browsers, in front of the general one. */
export function browserDispatch(dispatch: Dispatch, transfers: Transfers): Dispatch {
  return async (name, input) => {
    try {
      return await dispatch(name, await mapped(name, input, transfers));
    } catch (error) {
      return { failure: toFailure(error) };
    }
  };
}

async function mapped(name: unknown, input: unknown, transfers: Transfers): Promise<unknown> {
  const fields = typeof name === 'string' && Object.hasOwn(fileFields, name) ? fileFields[name] : undefined;
  if (fields === undefined || typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const changed: Record<string, unknown> = { ...input };
  for (const [field, kind] of Object.entries(fields)) {
    const value = changed[field];
    if (value === undefined) continue;
    if (kind === 'refused') throw new CrivoError('forbidden', say('noFolders'));
    if (kind === 'name') {
      if (typeof value === 'string' && /\.ya?ml$/i.test(value)) throw new CrivoError('forbidden', say('noRecipeFiles'));
      continue;
    }
    const one = (text: unknown): Promise<string> => transfers.pathOf(typeof text === 'string' ? text : '', kind);
    changed[field] = Array.isArray(value) ? await Promise.all(value.slice(0, 1_000).map(one)) : await one(value);
  }
  return changed;
}
