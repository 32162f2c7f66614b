/** The recipes that can be used here: the built-in ones and a person's own. */
import { readFile } from 'node:fs/promises';
import { CrivoError } from '../../../shared/errors.ts';
import type { PassDescription, Recipe, RecipeDescription } from '../../../shared/recipe.ts';
import { describePass } from '../passes/describe-pass.ts';
import { passes } from '../passes/index.ts';
import { nameHint } from '../passes/known-names.ts';
import { parseRecipe } from '../passes/recipe-file.ts';
import { builtInRecipes } from '../passes/recipes.ts';
import { needsCalibrationData, resolveRecipe } from '../passes/resolve-recipe.ts';
import type { RecipeStore } from '../store/recipes.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface RecipeBook {
  readonly list: () => { readonly recipes: readonly RecipeDescription[]; readonly passes: readonly PassDescription[] };
  /** By name, or read from a YAML file (a name that ends in .yml or .yaml). Raises `not-found`, `invalid-input`. */
  readonly find: (reference: string) => Promise<Recipe>;
  /** Raises `conflict` for a built-in recipe's name, `invalid-input` where an option can't be. */
  readonly save: (recipe: Recipe) => RecipeDescription;
  /** Raises `not-found`. */
  readonly remove: (name: string) => void;
}

export function createRecipeBook(store: RecipeStore): RecipeBook {
  const describe = (recipe: Recipe, origin: RecipeDescription['origin']): RecipeDescription => ({
    ...{ recipe, origin, needsCalibrationData: needsCalibrationData(recipe) },
  });
  return {
    list: () => ({
      recipes: [
        ...builtInRecipes.map((recipe) => describe(recipe, 'built-in')),
        ...store.list().map((recipe) => describe(recipe, 'own')),
      ],
      passes: passes.map(describePass),
    }),
    find: async (reference) => {
      if (/\.ya?ml$/i.test(reference)) return parseRecipe(await readRecipe(reference), reference);
      const all = [...builtInRecipes, ...store.list()];
      const found = all.find(({ name }) => name === reference);
      if (found !== undefined) return found;
      const hint = nameHint(
        reference,
        all.map(({ name }) => name),
      );
      throw new CrivoError('not-found', say('noRecipe', { name: reference, hint }));
    },
    save: (recipe) => {
      if (builtInRecipes.some(({ name }) => name === recipe.name)) {
        throw new CrivoError('conflict', say('builtInRecipe', { name: recipe.name }));
      }
      resolveRecipe(recipe, []);
      store.save(recipe);
      return describe(recipe, 'own');
    },
    remove: (name) => store.remove(name),
  };
}

async function readRecipe(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const problem =
      cause.code === 'ENOENT'
        ? say('recipeFileMissing', { path })
        : say('recipeFileUnreadable', { path, code: String(cause.code) });
    throw new CrivoError('invalid-input', problem, { cause });
  });
}
