/** YAML text as plain values that remember on which line each stands. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Document } from 'yaml';
import { CrivoError } from '../../../shared/errors.ts';

export type DocumentPath = readonly (string | number)[];

export interface LinedDocument {
  /** Plain values: strings, numbers, booleans, null, arrays, objects. */
  readonly value: unknown;
  /** 1-based line of the key or list item at the path, or of the deepest part of the path that is there. */
  readonly lineOf: (path: DocumentPath) => number;
}

/** Reads one YAML document. Raises `invalid-input` with its line where the text is not YAML, is empty or holds several documents. */
export function readYaml(text: string, what: string): LinedDocument {
  const lines = new LineCounter();
  const document = onlyDocument(text, lines, what);
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  return { value: plainValue(document, lineAt), lineOf: (path) => lineAt(offsetOf(document, path)) };
}

function onlyDocument(text: string, lines: LineCounter, what: string): Document.Parsed {
  const documents = parseDocuments(text, lines, what);
  const [document, second] = documents;
  if (document === undefined || (document.contents === null && document.errors.length === 0)) {
    throw new CrivoError('invalid-input', `line 1: ${what} is empty; write at least a name and a list of models.`, {
      line: 1,
    });
  }
  // An unresolved tag is only a warning to the parser, but its value would not be what was written.
  const problem = document.errors[0] ?? document.warnings[0] ?? second?.errors[0];
  if (problem !== undefined) {
    const line = lines.linePos(problem.pos[0]).line;
    if (problem.message.startsWith('Maximum call stack')) throw nestedTooDeeply(what);
    const reason = (problem.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw new CrivoError('invalid-input', `line ${line}: this is not valid YAML (${reason}).`, {
      line,
      detail: problem.message,
    });
  }
  if (second !== undefined) {
    const line = lines.linePos(second.range[0]).line;
    throw new CrivoError(
      'invalid-input',
      `line ${line}: ${what} must be one YAML document; remove the second, which begins with "---".`,
      { line },
    );
  }
  return document;
}

function parseDocuments(text: string, lines: LineCounter, what: string): Document.Parsed[] {
  try {
    return [
      ...parseAllDocuments(text, { lineCounter: lines, prettyErrors: true, uniqueKeys: true }),
    ] as Document.Parsed[];
  } catch (error) {
    // Thousands of nested brackets exhaust the parser's stack.
    if (error instanceof RangeError) throw nestedTooDeeply(what);
    throw error;
  }
}

const nestedTooDeeply = (what: string): CrivoError =>
  new CrivoError('invalid-input', `line 1: ${what} is nested too deeply to be read.`, { line: 1 });

function plainValue(document: Document.Parsed, lineAt: (offset: number) => number): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const line = lineAt(offsetOfBadAlias(document));
    throw new CrivoError('invalid-input', `line ${line}: a YAML alias can't be resolved (${error.message}).`, {
      line,
      cause: error,
    });
  }
}

function offsetOfBadAlias(document: Document.Parsed): number {
  let offset = 0;
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return undefined;
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function offsetOf(document: Document.Parsed, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(segment));
      if (pair === undefined) return offset;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(segment)];
      if (item === undefined) return offset;
      offset = (item as { range?: [number, number, number] | null }).range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
