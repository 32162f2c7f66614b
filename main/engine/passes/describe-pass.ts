import { z } from 'zod';
import type { PassDescription, PassOptionDescription } from '../../../shared/recipe.ts';
import type { Pass } from './pass.ts';

interface PropertySchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly anyOf?: readonly PropertySchema[];
}

/** A pass as forms, `--help` and the contract show it; its options come from its zod schema. */
export function describePass(pass: Pass): PassDescription {
  const schema = z.toJSONSchema(pass.options, { io: 'input' }) as {
    readonly properties?: Readonly<Record<string, PropertySchema>>;
  };
  const { name, title, description, family, needsCalibrationData } = pass;
  const options = Object.entries(schema.properties ?? {}).map(([option, property]) => describeOption(option, property));
  return { name, title, description, family, needsCalibrationData, options };
}

function describeOption(name: string, property: PropertySchema): PassOptionDescription {
  // A nullable option is described by what it is when it is set.
  const shown = property.anyOf?.find((choice) => choice.type !== 'null') ?? property;
  const minimum = shown.minimum ?? shown.exclusiveMinimum;
  const maximum = shown.maximum ?? shown.exclusiveMaximum;
  return {
    name,
    description: property.description ?? shown.description ?? '',
    type: optionType(shown),
    ...(shown.enum === undefined ? {} : { choices: shown.enum.map(String) }),
    ...(property.default === undefined ? {} : { default: property.default }),
    // zod writes the bounds of safe integers where an integer has none of its own.
    ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? {} : { maximum }),
  };
}

function optionType(property: PropertySchema): PassOptionDescription['type'] {
  if (property.enum !== undefined) return 'choice';
  const type = Array.isArray(property.type) ? property.type.find((one) => one !== 'null') : property.type;
  switch (type) {
    case 'integer':
    case 'number':
    case 'boolean':
      return type;
    case 'array':
    case 'object':
      return 'list';
    default:
      return 'string';
  }
}
