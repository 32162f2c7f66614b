import { CrivoError } from '../../../shared/errors.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { Connection } from './database.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface RecipeStore {
  /** A person's own recipes, by name. */
  readonly list: () => readonly Recipe[];
  /** Adds it, or replaces the one of its name. */
  readonly save: (recipe: Recipe) => void;
  /** Throws `not-found`. */
  readonly remove: (name: string) => void;
}

export interface VariantStore {
  /** The variant that a recipe (by its hash) gave for a parent, or null. */
  readonly find: (key: { readonly parentSha256: string; readonly recipeHash: string }) => string | null;
  /** Remembers it; the variant must be a model of the store. */
  readonly insert: (variant: {
    readonly parentSha256: string;
    readonly recipeHash: string;
    readonly variantSha256: string;
  }) => void;
}

/** A person's own recipes. */
export function createRecipeStore(db: Connection): RecipeStore {
  const all = db.prepare<[], string>('SELECT recipe_json FROM recipes ORDER BY name COLLATE NOCASE, name').pluck();
  const save = db.prepare(
    'INSERT INTO recipes (name, recipe_json) VALUES (?, ?) ON CONFLICT DO UPDATE SET recipe_json = excluded.recipe_json',
  );
  const remove = db.prepare('DELETE FROM recipes WHERE name = ?');
  return {
    list: () => all.all().map((json) => JSON.parse(json) as Recipe),
    save: (recipe) => {
      save.run(recipe.name, JSON.stringify(recipe));
    },
    remove: (name) => {
      if (remove.run(name).changes === 0) throw new CrivoError('not-found', say('noOwnRecipe', { name }));
    },
  };
}

/** Which variants were made already. */
export function createVariantStore(db: Connection): VariantStore {
  const find = db
    .prepare<[string, string], string>(
      'SELECT variant_sha256 FROM variants WHERE parent_sha256 = ? AND recipe_hash = ?',
    )
    .pluck();
  const insert = db.prepare(
    'INSERT INTO variants (parent_sha256, recipe_hash, variant_sha256) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET variant_sha256 = excluded.variant_sha256',
  );
  return {
    find: ({ parentSha256, recipeHash }) => find.get(parentSha256, recipeHash) ?? null,
    insert: ({ parentSha256, recipeHash, variantSha256 }) => {
      insert.run(parentSha256, recipeHash, variantSha256);
    },
  };
}
