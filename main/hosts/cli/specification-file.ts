import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';

/** A specification as the calls take it. */
export interface SpecificationInput {
  readonly yaml: string;
  /** Where its relative paths start. */
  readonly folder: string;
}

const mostBytes = 1_000_000;

/** Reads a specification's file. Raises `invalid-input`, `not-found`. */
export async function readSpecificationFile(path: string): Promise<SpecificationInput> {
  const file = resolve(path);
  try {
    const { size } = await stat(file);
    if (size > mostBytes)
      throw new CrivoError(
        'invalid-input',
        `${path} is larger than 1 MB and can't be a sweep; give the YAML file of a sweep.`,
      );
    return { yaml: await readFile(file, 'utf8'), folder: dirname(file) };
  } catch (error) {
    if (error instanceof CrivoError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT')
      throw new CrivoError('not-found', `There is no file ${path}; give the YAML file of a sweep.`, { cause: error });
    const why = code === 'EISDIR' ? 'it is a folder' : code;
    throw new CrivoError('invalid-input', `${path} can't be read (${why}); give the YAML file of a sweep.`, {
      cause: error,
    });
  }
}

/** Calls with a specification; an error that names a line names the file, too. */
export async function namingFile<Result>(path: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof CrivoError) || error.line === undefined) throw error;
    const { kind, line, detail } = error;
    throw new CrivoError(kind, `${path}, ${error.message}`, { line, detail, cause: error });
  }
}
