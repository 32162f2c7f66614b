/**
 * A sweep as YAML text, which is the only state there is: the form reads what the text says and writes into it,
 * so that comments and order stay as the person left them.
 */
import { LineCounter, isMap, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { say } from '../../../shared/phrases/phrase.ts';
import { withLists } from '../../../shared/specification/lists.ts';
import { mistakesOf } from '../../../shared/specification/mistakes.ts';
import type { DocumentPath } from '../../../shared/specification/mistakes.ts';
import { sweepSpecificationSchema } from '../../../shared/sweep.ts';
import type { SweepSpecification } from '../../../shared/sweep.ts';

// The page's Content-Security-Policy forbids what zod would otherwise compile schemas with.
z.config({ jitless: true });

export interface Problem {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}
export type ReadSpecification =
  | { readonly kind: 'ready'; readonly specification: SweepSpecification }
  | { readonly kind: 'wrong'; readonly problems: readonly Problem[] };

/** What a text says, or its mistakes with their lines. */
export function readSpecification(text: string): ReadSpecification {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      line: lines.linePos(error.pos[0]).line,
      message: say('yamlInvalid', { reason: error.message.replace(/\.$/, '') }),
    }));
    return { kind: 'wrong', problems };
  }
  const value = withLists(document.toJS() ?? {});
  const parsed = sweepSpecificationSchema.safeParse(value);
  if (parsed.success) return { kind: 'ready', specification: parsed.data };
  const problems = mistakesOf(parsed.error.issues, value).map(({ path, message }) => ({
    line: lineOf(document, lines, path),
    message,
  }));
  return { kind: 'wrong', problems };
}

/** The text with one top-level value changed; removed where `value` is undefined. */
export function withValue(text: string, key: string, value: unknown): string {
  const document = parseDocument(text);
  if (!isMap(document.contents)) return new (document.constructor as typeof Document)({ [key]: value }).toString();
  if (value === undefined) document.delete(key);
  else {
    const node = document.createNode(value);
    // Short lists read better on one line, as people write them.
    if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) Object.assign(node, { flow: true });
    document.set(key, node);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The line of the key or list item at a path, or of what holds it. */
function lineOf(document: Document, lines: LineCounter, path: DocumentPath): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const holder = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const node = isMap(holder)
      ? holder.items.find((pair) => isNode(pair.key) && pair.key.toJSON() === last)?.key
      : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
