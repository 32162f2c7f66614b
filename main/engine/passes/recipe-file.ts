/** Recipes written as YAML. */
import { CrivoError } from '../../../shared/errors.ts';
import { say } from '../../../shared/phrases/phrase.ts';
import { recipeSchema } from '../../../shared/recipe.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { DocumentPath } from '../../../shared/specification/mistakes.ts';
import { readChecked } from '../yaml/read-checked.ts';
import { passNamed } from './index.ts';
import { OptionError, checkOptions } from './resolve-recipe.ts';

/**
 * A recipe from YAML (`name`, `description`, `passes`: a list of names, or of `pass` with `options`), checked down to the
 * options. `label` names the text in messages. Raises `invalid-input` with the line at fault.
 */
export function parseRecipe(yaml: string, label: string): Recipe {
  const { value: recipe, fail } = readChecked(yaml, {
    schema: recipeSchema,
    subject: { what: say('recipeYaml'), least: say('recipeLeast'), label },
    whole: say('theRecipe'),
    knownKeys: (path) => (path.length === 0 ? Object.keys(recipeSchema.shape) : ['pass', 'options']),
    expand: withPassNames,
  });
  for (const [index, step] of recipe.passes.entries()) {
    const problem = problemOf(step);
    if (problem !== null) fail(['passes', index, ...problem.path], problem.message);
  }
  return recipe;
}

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
