/** YAML text as plain values that remember on which line each stands. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Document } from 'yaml';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { DocumentPath } from '../../../shared/specification/mistakes.ts';

export interface LinedDocument {
  /** Plain values: strings, numbers, booleans, null, arrays, objects. */
  readonly value: unknown;
  /** 1-based line of the key or list item at the path, or of the deepest part of the path that is there. */
  readonly lineOf: (path: DocumentPath) => number;
}

/** What a text is, as messages about it say. */
export interface YamlSubject {
  /** `the specification` */
  readonly what: string;
  /** What must stand in one. */
  readonly least: string;
  /** The file's name, where there may be several. */
  readonly label?: string;
}

/** Reads one YAML document. Raises `invalid-input` with its line where the text is not YAML, is empty or holds several documents. */
export function readYaml(text: string, subject: YamlSubject): LinedDocument {
  const lines = new LineCounter();
  const document = onlyDocument(text, lines, subject);
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  return { value: plainValue(document, lineAt, subject), lineOf: (path) => lineAt(offsetOf(document, path)) };
}

function onlyDocument(text: string, lines: LineCounter, subject: YamlSubject): Document.Parsed {
  const documents = parseDocuments(text, lines, subject);
  const [document, second] = documents;
  if (document === undefined || (document.contents === null && document.errors.length === 0)) {
    throw mistakeAt(1, say('yamlEmpty', { what: subject.what, least: subject.least }), subject);
  }
  // An unresolved tag is only a warning to the parser, but its value would not be what was written.
  const problem = document.errors[0] ?? document.warnings[0] ?? second?.errors[0];
  if (problem !== undefined) {
    const line = lines.linePos(problem.pos[0]).line;
    if (problem.message.startsWith('Maximum call stack')) throw nestedTooDeeply(subject);
    const reason = (problem.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw mistakeAt(line, say('yamlInvalid', { reason }), subject, { detail: problem.message });
  }
  if (second !== undefined) {
    const line = lines.linePos(second.range[0]).line;
    throw mistakeAt(line, say('yamlSecond', { what: subject.what }), subject);
  }
  return document;
}

function parseDocuments(text: string, lines: LineCounter, subject: YamlSubject): Document.Parsed[] {
  try {
    return [
      ...parseAllDocuments(text, { lineCounter: lines, prettyErrors: true, uniqueKeys: true }),
    ] as Document.Parsed[];
  } catch (error) {
    // Thousands of nested brackets exhaust the parser's stack.
    if (error instanceof RangeError) throw nestedTooDeeply(subject);
    throw error;
  }
}

const nestedTooDeeply = (subject: YamlSubject): CrivoError =>
  mistakeAt(1, say('yamlTooDeep', { what: subject.what }), subject);

/** The error of a mistake in a text, with its line. */
export const mistakeAt = (
  line: number,
  mistake: string,
  { label }: Pick<YamlSubject, 'label'> = {},
  more: { readonly detail?: string; readonly cause?: unknown } = {},
): CrivoError =>
  new CrivoError(
    'invalid-input',
    label === undefined ? say('atLine', { line, mistake }) : say('atLineIn', { label, line, mistake }),
    { line, ...more },
  );

function plainValue(document: Document.Parsed, lineAt: (offset: number) => number, subject: YamlSubject): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const line = lineAt(offsetOfBadAlias(document));
    throw mistakeAt(line, say('yamlAlias', { reason: error.message }), subject, { cause: error });
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
