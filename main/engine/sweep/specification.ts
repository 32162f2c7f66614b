/** A sweep's specification: YAML text to checked values and back. */
import { Document, isSeq, visit } from 'yaml';
import { CrivoError } from '../../../shared/errors.ts';
import { sweepSpecificationSchema } from '../../../shared/sweep.ts';
import type { SweepSpecification } from '../../../shared/sweep.ts';
import { mistakesOf } from './specification-errors.ts';
import { readYaml } from './yaml-lines.ts';
import type { DocumentPath } from './yaml-lines.ts';

export interface ParsedSpecification {
  readonly specification: SweepSpecification;
  /** 1-based line of a key or list item of the text, for errors that are found later. */
  readonly lineOf: (path: DocumentPath) => number;
}

/** Reads a specification. Raises `invalid-input` whose sentence and `line` name the first mistake; `detail` lists the others. */
export function parseSpecification(yaml: string): ParsedSpecification {
  const document = readYaml(yaml, 'the specification');
  const value = withLists(document.value);
  const result = sweepSpecificationSchema.safeParse(value);
  if (result.success) {
    refuseContradictions(result.data, document.lineOf);
    return { specification: result.data, lineOf: document.lineOf };
  }
  const mistakes = mistakesOf(result.error.issues, value)
    .map(({ path, message }) => ({ line: document.lineOf(path), message }))
    .sort((a, b) => a.line - b.line);
  const texts = mistakes.map(({ line, message }) => `line ${line}: ${message}`);
  throw new CrivoError('invalid-input', texts[0]!, {
    line: mistakes[0]!.line,
    ...(texts.length > 1 ? { detail: texts.slice(1).join('\n') } : {}),
  });
}

/** The specification as YAML text; `parseSpecification` gives the same specification again. */
export function formatSpecification(specification: SweepSpecification): string {
  const document = new Document(specification);
  visit(document, {
    Seq: (_, node) => {
      node.flow = node.items.every((item) => !isSeq(item));
    },
  });
  return document.toString({ lineWidth: 100, flowCollectionPadding: false });
}

const listKeys = [
  'models',
  'variants',
  'providers',
  'batchSizes',
  'threads',
  'graphOptimization',
  'scenarios',
] as const;

/** One value where a list may stand is a list of one; numbers and booleans among session options are texts. */
function withLists(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const next: Record<string, unknown> = { ...value };
  for (const key of listKeys) if (Object.hasOwn(next, key)) next[key] = asList(next[key]);
  if (isSingleAll(next['providers'])) next['providers'] = 'all';
  if (Array.isArray(next['scenarios'])) next['scenarios'] = next['scenarios'].map(scenarioWithLists);
  if (isRecord(next['sessionOptions'])) next['sessionOptions'] = mapValues(next['sessionOptions'], scalarAsText);
  return next;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): unknown =>
  value === null || value === undefined || Array.isArray(value) ? value : [value];
const isSingleAll = (value: unknown): boolean => Array.isArray(value) && value.length === 1 && value[0] === 'all';
const scalarAsText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
const mapValues = (record: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

function scenarioWithLists(entry: unknown): unknown {
  if (!isRecord(entry)) return entry;
  const wrap = (key: string) => (inner: unknown) =>
    isRecord(inner) && Object.hasOwn(inner, key) ? { ...inner, [key]: asList(inner[key]) } : inner;
  return Object.fromEntries(
    Object.entries(entry).map(([kind, inner]) => [
      kind,
      kind === 'offline' ? wrap('processes')(inner) : kind === 'server' ? wrap('qps')(inner) : inner,
    ]),
  );
}

/** What each field allows by itself but not together. */
function refuseContradictions(specification: SweepSpecification, lineOf: (path: DocumentPath) => number): void {
  if (typeof specification.measure === 'string') return;
  const { minDurationMs, maxDurationMs, warmupMinMs, warmupMaxMs } = specification.measure;
  const refuse = (key: string, message: string): never => {
    const line = lineOf(['measure', key]);
    throw new CrivoError('invalid-input', `line ${line}: ${message}`, { line });
  };
  if (minDurationMs !== undefined && maxDurationMs !== undefined && minDurationMs > maxDurationMs) {
    refuse(
      'minDurationMs',
      `measure.minDurationMs (${minDurationMs}) may not be above measure.maxDurationMs (${maxDurationMs}).`,
    );
  }
  if (warmupMinMs !== undefined && warmupMaxMs !== undefined && warmupMinMs > warmupMaxMs) {
    refuse(
      'warmupMinMs',
      `measure.warmupMinMs (${warmupMinMs}) may not be above measure.warmupMaxMs (${warmupMaxMs}).`,
    );
  }
}
