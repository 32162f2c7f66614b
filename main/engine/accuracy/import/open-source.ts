/** Which kind of data was named, and how its examples are read. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportRequest } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { arraySource } from './array-source.ts';
import { fileSource } from './file-source.ts';
import { findFiles, isImage, isRecording } from './find-files.ts';
import { isTestData, onnxSource } from './onnx-source.ts';
import type { ExampleSource } from './source.ts';
import { tableSource } from './table-source.ts';

/** @param folder for temporary files. Raises `invalid-input`, `invalid-dataset`. */
export async function openSource(request: ImportRequest, folder: string): Promise<ExampleSource> {
  const readAlphabet = (): Promise<string[]> => alphabetOf(request);
  const files = await findFiles(request.paths);
  if (files.some(isTestData)) return onnxSource(files);
  const paths = (ending: RegExp): string[] => files.map(({ path }) => path).filter((path) => ending.test(path));
  if (files.some(isImage)) return fileSource('image', files, isImage, request, readAlphabet);
  if (files.some(isRecording)) return fileSource('audio', files, isRecording, request, readAlphabet);
  const arrays = paths(/\.np[yz]$/i);
  if (arrays.length > 0) return arraySource(arrays, request, folder);
  const [table, ...others] = paths(/\.(csv|tsv|jsonl|ndjson)$/i);
  if (table !== undefined && others.length === 0) return tableSource(table, request);
  if (table !== undefined) {
    throw new CrivoError(
      'invalid-input',
      say('severalTables', { count: others.length + 1, first: basename(table), second: basename(others[0]!) }),
    );
  }
  const [first] = files;
  throw new CrivoError(
    'invalid-dataset',
    first === undefined ? say('noFiles') : say('nothingUnderstood', { first: basename(first.name) }),
  );
}

async function alphabetOf({ alphabet, preparation }: ImportRequest): Promise<string[]> {
  if (alphabet === undefined) {
    throw new CrivoError('invalid-input', say('alphabetNeeded'));
  }
  const text = await readFile(alphabet, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CrivoError('invalid-input', say('alphabetUnreadable', { alphabet, code: String(cause.code) }), {
      cause,
    });
  });
  const symbols = text.replace(/^\ufeff/, '').split(/\r?\n/);
  // The last line's end; a line of one space is the symbol for it.
  if (symbols.at(-1) === '') symbols.pop();
  // PaddleOCR's files leave out the space, which its models read.
  if (preparation === 'ppocr-recognition' && !symbols.includes(' ')) symbols.push(' ');
  if (symbols.length > 0) return symbols;
  throw new CrivoError('invalid-input', say('alphabetEmpty', { file: basename(alphabet) }));
}
