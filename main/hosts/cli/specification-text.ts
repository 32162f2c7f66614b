import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CrivoError } from '../../../shared/errors.ts';

/** A specification as the calls take it. */
export interface SpecificationText {
  readonly yaml: string;
  /** Where its relative paths start. */
  readonly folder: string;
}

/** Reads a specification's file. Raises `invalid-input`. */
export async function readSpecification(file: string): Promise<SpecificationText> {
  const yaml = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? "doesn't exist" : `can't be read (${cause.code})`;
    throw new CrivoError('invalid-input', `The specification ${file} ${why}; check its path.`, { cause });
  });
  return { yaml, folder: dirname(resolve(file)) };
}

/** Says in which file the line is that an error names. */
export const inFile =
  (file: string) =>
  (error: unknown): never => {
    if (error instanceof CrivoError && error.line !== undefined) {
      throw new CrivoError(error.kind, `${file}, ${error.message}`, { line: error.line, cause: error });
    }
    throw error;
  };
