/** Recipes written as YAML. */
import { CrivoError } from '../../../shared/errors.ts';
import { nearestName } from '../../../shared/nearest-name.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { recipeSchema } from '../../../shared/recipe.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { readYaml } from '../sweep/yaml-lines.ts';
import type { DocumentPath } from '../../../shared/specification/mistakes.ts';
import type { LinedDocument } from '../sweep/yaml-lines.ts';
import { passNamed } from './index.ts';
import { OptionError, checkOptions } from './resolve-recipe.ts';

/**
 * A recipe from YAML (`name`, `description`, `passes`: a list of names, or of `pass` with `options`), checked down to the
 * options. `label` names the text in messages. Raises `invalid-input` with the line at fault.
 */
export function parseRecipe(yaml: string, label: string): Recipe {
  const document = readDocument(yaml, label);
  const fail = (path: DocumentPath, message: string): never => {
    const line = document.lineOf(path);
    throw new CrivoError('invalid-input', say('recipeLine', { label, line, problem: message }), { line });
  };
  const parsed = recipeSchema.safeParse(withPassNames(document.value));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code !== 'unrecognized_keys')
      return fail(path, say('placeUnusable', { place: describePlace(path), problem: issue.message }));
    const key = issue.keys[0]!;
    const known = path.length === 0 ? Object.keys(recipeSchema.shape) : ['pass', 'options'];
    const place = describePlace(path);
    const near = nearestName(key, known);
    const problem =
      near === null
        ? say('recipeKeyUnknown', { key, place, known: known.join(', ') })
        : say('recipeKeyNear', { key, place, near });
    return fail([...path, key], problem);
  }
  for (const [index, step] of parsed.data.passes.entries()) {
    const problem = problemOf(step);
    if (problem !== null) fail(['passes', index, ...problem.path], problem.message);
  }
  return parsed.data;
}

function readDocument(yaml: string, label: string): LinedDocument {
  if (yaml.trim() === '')
    throw new CrivoError('invalid-input', say('recipeEmpty', { label }), {
      line: 1,
    });
  return readYaml(yaml, { what: say('recipeYaml'), least: say('recipeLeast'), label });
}

const describePlace = (path: DocumentPath): string => (path.length === 0 ? say('theRecipe') : path.join('.'));

function problemOf(step: Recipe['passes'][number]): { readonly path: DocumentPath; readonly message: string } | null {
  try {
    checkOptions(passNamed(step.pass), step.options ?? {});
    return null;
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    if (!(error instanceof OptionError)) return { path: ['pass'], message: error.message };
    return { path: error.option === null ? ['options'] : ['options', error.option], message: error.message };
  }
}

/** A step may be written as the bare name of its pass. */
function withPassNames(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('passes' in value) || !Array.isArray(value.passes)) return value;
  return { ...value, passes: value.passes.map((step: unknown) => (typeof step === 'string' ? { pass: step } : step)) };
}
