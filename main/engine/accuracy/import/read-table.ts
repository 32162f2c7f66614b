/** CSV, TSV and JSON Lines as rows of named cells, streamed. */
import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { createInterface } from 'node:readline';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** A row by column name; without a header, columns are called by their number from 1 on. */
export interface TableRow {
  /** 1-based line, as near as it is known. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, unknown>;
}

const isJson = (path: string): boolean => /\.(jsonl|ndjson)$/i.test(path);

/** Rows of a file. Raises `invalid-dataset` with the line that can't be read. */
export async function* readTable(path: string): AsyncGenerator<TableRow> {
  try {
    if (isJson(path)) yield* jsonRows(path);
    else yield* delimitedRows(path);
  } catch (cause) {
    if (cause instanceof CrivoError) throw cause;
    throw new CrivoError(
      'invalid-dataset',
      say('tableUnreadable', { table: basename(path), why: (cause as Error).message }),
      {
        cause,
      },
    );
  }
}

async function* jsonRows(path: string): AsyncGenerator<TableRow> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === '') continue;
    const value = parsed(path, text, line);
    const cells = Array.isArray(value) ? [['1', value] as const] : Object.entries(value);
    yield { line, cells: new Map(cells) };
  }
}

function parsed(path: string, text: string, line: number): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new CrivoError('invalid-dataset', say('lineNotJson', { line, table: basename(path) }), {
    line,
  });
}

async function* delimitedRows(path: string): AsyncGenerator<TableRow> {
  const isTabbed = ['.tsv', '.txt'].includes(extname(path).toLowerCase());
  const records = createReadStream(path).pipe(
    parse({
      bom: true,
      delimiter: isTabbed ? '\t' : ',',
      skip_empty_lines: true,
      info: true,
      relax_column_count: false,
      ...(isTabbed ? { quote: false } : {}),
    }),
  );
  let names: string[] | null = null;
  for await (const { record, info } of records as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    if (names === null) {
      const hasHeader = !isTabbed && record.every((cell) => cell.trim() !== '' && Number.isNaN(Number(cell)));
      names = hasHeader ? record.map((cell) => cell.trim()) : record.map((_, at) => String(at + 1));
      if (hasHeader) continue;
    }
    const columns = names;
    yield { line: info.lines, cells: new Map(record.map((cell, at) => [columns[at] ?? String(at + 1), cell])) };
  }
}

/** Column names of a table, from its first row. Raises `invalid-dataset` where it has none. */
export async function columnsOf(path: string): Promise<readonly string[]> {
  for await (const { cells } of readTable(path)) return [...cells.keys()];
  throw new CrivoError('invalid-dataset', say('tableEmpty', { table: basename(path) }));
}
