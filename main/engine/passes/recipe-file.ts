/** Recipes written as YAML. */
import { LineCounter, isMap, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { CrivoError } from '../../../shared/errors.ts';
import { recipeSchema } from '../../../shared/recipe.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { suggestion } from './closest-name.ts';
import { passNamed } from './index.ts';
import { OptionError, checkOptions } from './resolve-recipe.ts';

/**
 * A recipe from YAML (`name`, `description`, `passes`: a list of names, or of `pass` with `options`), checked down to the
 * options. `label` names the text in messages. Raises `invalid-input` with the line at fault.
 */
export function parseRecipe(yaml: string, label: string): Recipe {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  const lineOf = (path: readonly PropertyKey[]): number => lineOfPath(document, lines, path);
  const fail = (line: number, message: string): never => {
    throw new CrivoError('invalid-input', `${label}, line ${line}: ${message}`, { line });
  };
  const broken = document.errors[0];
  if (broken !== undefined) fail(broken.linePos?.[0].line ?? 1, `not YAML: ${broken.message.split('\n')[0]}.`);
  const parsed = recipeSchema.safeParse(withPassNames(document.toJS()));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    if (issue.code !== 'unrecognized_keys')
      return fail(lineOf(issue.path), `${issue.path.join('.') || 'the recipe'}: ${issue.message}.`);
    const key = issue.keys[0]!;
    const known = issue.path.length === 0 ? Object.keys(recipeSchema.shape) : ['pass', 'options'];
    return fail(lineOf([...issue.path, key]), `there is no key "${key}"${suggestion(key, known)}`);
  }
  parsed.data.passes.forEach((step, index) => {
    const at = (error: unknown, path: readonly PropertyKey[]): never => {
      if (error instanceof CrivoError) return fail(lineOf(path), error.message);
      throw error;
    };
    try {
      checkOptions(passNamed(step.pass), step.options ?? {});
    } catch (error) {
      if (!(error instanceof OptionError)) at(error, ['passes', index, 'pass']);
      else at(error, ['passes', index, 'options', ...(error.option === null ? [] : [error.option])]);
    }
  });
  return parsed.data;
}

/** A step may be written as the bare name of its pass. */
function withPassNames(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('passes' in value) || !Array.isArray(value.passes)) return value;
  return { ...value, passes: value.passes.map((step: unknown) => (typeof step === 'string' ? { pass: step } : step)) };
}

/** 1-based line of the key or item at a path, or of the nearest thing around it. */
function lineOfPath(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
