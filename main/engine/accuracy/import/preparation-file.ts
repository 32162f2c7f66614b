import { preparationSchema } from '../../../../shared/dataset.ts';
import type { Preparation } from '../../../../shared/dataset.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { readChecked } from '../../yaml/read-checked.ts';

const knownKeys = [...new Set(preparationSchema.options.flatMap(({ shape }) => Object.keys(shape)))];

/**
 * How examples are prepared, from YAML or JSON, as `crivo dataset show --json` tells it under `preparation`. `label` names the
 * text in messages. Raises `invalid-input` with the line at fault.
 */
export const parsePreparation = (text: string, label: string): Preparation =>
  readChecked(text, {
    schema: preparationSchema,
    subject: { what: say('preparationYaml'), least: say('preparationLeast'), label },
    whole: say('thePreparation'),
    knownKeys: () => knownKeys,
  }).value;
