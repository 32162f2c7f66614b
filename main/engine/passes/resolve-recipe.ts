/** From a recipe as written to passes with every option decided, and the hash that names the result. */
import type { z } from 'zod';
import { CrivoError } from '../../../shared/errors.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { canonicalHash } from '../store/canonical-json.ts';
import { passNamed } from './index.ts';
import { nameHint } from './known-names.ts';
import type { Pass } from './pass.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface ResolvedStep {
  readonly pass: Pass;
  /** Complete and checked; choices left to the machine are made. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The passes of a recipe with complete options for a CPU. Raises `invalid-input` on an unknown pass or option or an impossible value. */
export const resolveRecipe = (recipe: Recipe, isa: readonly string[]): readonly ResolvedStep[] =>
  recipe.passes.map(({ pass: name, options }) => {
    const pass = passNamed(name);
    const checked = checkOptions(pass, options ?? {});
    return { pass, options: pass.resolveForCpu?.(checked, isa) ?? checked };
  });

/** Complete options of a pass. Raises `invalid-input` that names the option and what it may be. */
export function checkOptions(
  pass: Pass,
  written: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const result = pass.options.strict().safeParse(written);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const option = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path[0];
  throw new OptionError(option === undefined ? null : String(option), describeIssue(pass, issue));
}

/** An `invalid-input` that remembers which option is at fault, so that a recipe file can name its line. */
export class OptionError extends CrivoError {
  readonly option: string | null;

  constructor(option: string | null, message: string) {
    super('invalid-input', message);
    this.option = option;
  }
}

function describeIssue(pass: Pass, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    return say('noOption', { pass: pass.name, option: key, hint: nameHint(key, Object.keys(pass.options.shape)) });
  }
  const problem = issue.message.replace(/^Invalid (input|option): /, '');
  return say('optionUnusable', { option: issue.path.join('.'), pass: pass.name, problem });
}

/** Whether any pass of the recipe is refused without a dataset. Raises `invalid-input` on an unknown pass. */
export const needsCalibrationData = (recipe: Recipe): boolean =>
  recipe.passes.some(({ pass }) => passNamed(pass).needsCalibrationData);

/** Whether the dataset decides the bytes of the result. */
export const dataDecidesBytes = (steps: readonly ResolvedStep[]): boolean =>
  steps.some(({ pass }) => pass.dataDecidesBytes ?? pass.needsCalibrationData);

/**
 * SHA-256 (hex) of the recipe's meaning: its passes with their versions and every option, and the calibration data where
 * it decides the bytes. The recipe's name and description don't count; the CPU does where an option was left to it.
 */
export function hashRecipe(steps: readonly ResolvedStep[], dataSha256: string | null): string {
  const meaning = {
    passes: steps.map(({ pass, options }) => ({ pass: pass.name, version: pass.version, options })),
    data: dataDecidesBytes(steps) ? dataSha256 : null,
  };
  return canonicalHash(meaning);
}
