/** Preparations written as YAML or JSON. */
import { preparationSchema } from '../../../../shared/dataset.ts';
import type { Preparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { suggestion } from '../../sweep/nearest-name.ts';
import { readYaml } from '../../sweep/yaml-lines.ts';

/**
 * How examples are prepared, as `crivo dataset show --json` tells it under `preparation`. `label` names the text in messages.
 * Raises `invalid-input` with the line at fault.
 */
export function parsePreparation(text: string, label: string): Preparation {
  const document = read(text, label);
  const parsed = preparationSchema.safeParse(document.value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A misspelt key explains the one that is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const line = document.lineOf(unknown === undefined ? path : [...path, unknown]);
  const message =
    unknown === undefined
      ? `${path.length === 0 ? 'the preparation' : path.join('.')} can't be used: ${issue.message}.`
      : `"${unknown}" is not a key of a preparation of its kind${suggestion(unknown, knownKeys) || '; leave it out.'}`;
  throw new CrivoError('invalid-input', `${label}, line ${line}: ${message}`, { line });
}

const knownKeys = [...new Set(preparationSchema.options.flatMap(({ shape }) => Object.keys(shape)))];

function read(text: string, label: string): ReturnType<typeof readYaml> {
  try {
    return readYaml(text, 'The preparation');
  } catch (error) {
    if (!(error instanceof CrivoError)) throw error;
    throw new CrivoError(error.kind, `${label}: ${error.message}`, error);
  }
}
