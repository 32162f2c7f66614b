/** A recipe on the Optimize page: as it is known, or as it was changed there. */
import type { PassOptionDescription, Recipe } from '../../../shared/recipe.ts';

export interface RecipeDraft {
  /** The known recipe that it began as; null for one begun anew. */
  readonly origin: string | null;
  readonly recipe: Recipe;
  readonly edited: boolean;
}

type Options = Readonly<Record<string, unknown>>;

/** The draft with a pass's option set, or back at its default where `value` is undefined. */
export function withOption(draft: RecipeDraft, index: number, name: string, value: unknown): RecipeDraft {
  const passes = draft.recipe.passes.map((pass, place) => {
    if (place !== index) return pass;
    const others = Object.entries(pass.options ?? {}).filter(([other]) => other !== name);
    const options = Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
    return Object.keys(options).length === 0 ? { pass: pass.pass } : { pass: pass.pass, options };
  });
  return changed(draft, { passes });
}

/** The draft with one more pass at its end. */
export function withPass(draft: RecipeDraft, pass: string): RecipeDraft {
  return changed(draft, { passes: [...draft.recipe.passes, { pass }] });
}

/** The draft without a pass; unchanged where it has only that one. */
export function withoutPass(draft: RecipeDraft, index: number): RecipeDraft {
  const passes = draft.recipe.passes.filter((_, place) => place !== index);
  return passes.length === 0 ? draft : changed(draft, { passes });
}

/** The draft with a pass moved by one place; unchanged at the ends. */
export function withMovedPass(draft: RecipeDraft, index: number, by: -1 | 1): RecipeDraft {
  const passes = [...draft.recipe.passes];
  const [pass, other] = [passes[index], passes[index + by]];
  if (pass === undefined || other === undefined) return draft;
  passes[index] = other;
  passes[index + by] = pass;
  return changed(draft, { passes });
}

/** The draft under another name. */
export const withName = (draft: RecipeDraft, name: string): RecipeDraft => ({
  ...draft,
  edited: true,
  recipe: { ...draft.recipe, name },
});

/** A first change gives a name of its own, so that what is made is not taken for the original. */
function changed(draft: RecipeDraft, part: Pick<Recipe, 'passes'>): RecipeDraft {
  const name = draft.edited ? draft.recipe.name : `${draft.recipe.name}-edited`.slice(0, 100);
  return { ...draft, edited: true, recipe: { ...draft.recipe, ...part, name } };
}

/** What an option is now: what the recipe says, else its default. */
export const optionValue = (options: Options | undefined, option: PassOptionDescription): unknown =>
  options !== undefined && Object.hasOwn(options, option.name) ? options[option.name] : option.default;

/** An option's value as text for a field or a hint; empty for none. */
export function optionText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(optionText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** A list from what was typed: numbers where the default holds numbers. */
export function parseList(text: string, like: unknown): readonly (string | number)[] {
  const numbers = Array.isArray(like) && typeof like[0] === 'number';
  const parts = text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return numbers ? parts.map(Number).filter(Number.isFinite) : parts;
}
