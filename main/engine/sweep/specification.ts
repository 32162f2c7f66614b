/** A sweep's specification: YAML text to checked values and back. */
import { Document, isSeq, visit } from 'yaml';
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { withLists } from '../../../shared/specification/lists.ts';
import { mistakesOf } from '../../../shared/specification/mistakes.ts';
import type { DocumentPath } from '../../../shared/specification/mistakes.ts';
import { sweepSpecificationSchema } from '../../../shared/sweep.ts';
import type { SweepSpecification } from '../../../shared/sweep.ts';
import { mistakeAt, readYaml } from '../yaml/read-yaml.ts';

export interface ParsedSpecification {
  readonly specification: SweepSpecification;
  /** 1-based line of a key or list item of the text, for errors that are found later. */
  readonly lineOf: (path: DocumentPath) => number;
}

/** Reads a specification. Raises `invalid-input` whose sentence and `line` name the first mistake; `detail` lists the others. */
export function parseSpecification(yaml: string): ParsedSpecification {
  const document = readYaml(yaml, { what: say('specificationYaml'), least: say('specificationLeast') });
  const value = withLists(document.value);
  const result = sweepSpecificationSchema.safeParse(value);
  if (result.success) {
    refuseContradictions(result.data, document.lineOf);
    return { specification: result.data, lineOf: document.lineOf };
  }
  const mistakes = mistakesOf(result.error.issues, value)
    .map(({ path, message }) => ({ line: document.lineOf(path), message }))
    .sort((a, b) => a.line - b.line);
  const texts = mistakes.map(({ line, message }) => say('atLine', { line, mistake: message }));
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

/** What each field allows by itself but not together. */
function refuseContradictions(specification: SweepSpecification, lineOf: (path: DocumentPath) => number): void {
  if (typeof specification.measure === 'string') return;
  const { minDurationMs, maxDurationMs, warmupMinMs, warmupMaxMs } = specification.measure;
  const refuse = (least: readonly [string, number], most: readonly [string, number]): never => {
    const filling = { least: `measure.${least[0]}`, low: least[1], most: `measure.${most[0]}`, high: most[1] };
    throw mistakeAt(lineOf(['measure', least[0]]), say('leastAboveMost', filling));
  };
  if (minDurationMs !== undefined && maxDurationMs !== undefined && minDurationMs > maxDurationMs) {
    refuse(['minDurationMs', minDurationMs], ['maxDurationMs', maxDurationMs]);
  }
  if (warmupMinMs !== undefined && warmupMaxMs !== undefined && warmupMinMs > warmupMaxMs) {
    refuse(['warmupMinMs', warmupMinMs], ['warmupMaxMs', warmupMaxMs]);
  }
}
