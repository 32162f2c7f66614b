/** YAML that a schema describes, with the line of what does not fit it. */
import type { z } from 'zod';
import { nearestName } from '../../../shared/nearest-name.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import type { DocumentPath } from '../../../shared/specification/mistakes.ts';
import { mistakeAt, readYaml } from './read-yaml.ts';
import type { YamlSubject } from './read-yaml.ts';

export interface CheckedYaml<Value> {
  readonly value: Value;
  /** Raises `invalid-input` with the line of a path, for mistakes that are found later. */
  readonly fail: (path: DocumentPath, mistake: string) => never;
}

export interface CheckedForm<Value> {
  readonly schema: z.ZodType<Value>;
  readonly subject: YamlSubject;
  /** What it is called where no part of it is named: `the recipe`. */
  readonly whole: string;
  /** The keys that may stand at a path, for "did you mean". */
  readonly knownKeys: (path: DocumentPath) => readonly string[];
  /** Writes out what may be written shorter. */
  readonly expand?: (value: unknown) => unknown;
}

/** Reads one YAML document and checks it. Raises `invalid-input` with the line of the first mistake. */
export function readChecked<Value>(
  text: string,
  { schema, subject, whole, knownKeys, expand = (value) => value }: CheckedForm<Value>,
): CheckedYaml<Value> {
  const document = readYaml(text, subject);
  const fail = (path: DocumentPath, mistake: string): never => {
    throw mistakeAt(document.lineOf(path), mistake, subject);
  };
  const parsed = schema.safeParse(expand(document.value));
  if (parsed.success) return { value: parsed.data, fail };
  const { issues } = parsed.error;
  // A misspelt key explains the one that is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const place = path.length === 0 ? whole : path.join('.');
  if (issue.code !== 'unrecognized_keys') return fail(path, say('placeUnusable', { place, problem: issue.message }));
  const key = issue.keys[0]!;
  const known = knownKeys(path);
  const near = nearestName(key, known);
  return fail(
    [...path, key],
    near === null
      ? say('keyOfPlaceUnknown', { key, place, known: known.join(', ') })
      : say('keyOfPlaceNear', { key, place, near }),
  );
}
