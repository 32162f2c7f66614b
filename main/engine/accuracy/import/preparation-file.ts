/** Preparations written as YAML or JSON. */
import { preparationSchema } from '../../../../shared/dataset.ts';
import type { Preparation } from '../../../../shared/dataset.ts';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { nearestName } from '../../../../shared/nearest-name.ts';
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
  const place = { label, line: String(line) };
  throw new CrivoError(
    'invalid-input',
    unknown === undefined ? unusable(place, path, issue.message) : misspelt(place, unknown),
    { line },
  );
}

interface Place {
  readonly label: string;
  readonly line: string;
}

const unusable = (place: Place, path: readonly (string | number)[], issue: string): string =>
  path.length === 0
    ? say('preparationUnusable', { ...place, issue })
    : say('preparationValueUnusable', { ...place, key: path.join('.'), issue });

function misspelt(place: Place, key: string): string {
  const meant = nearestName(key, knownKeys);
  return meant === null
    ? say('preparationKeyUnknown', { ...place, key })
    : say('preparationKeyMeant', { ...place, key, meant });
}

const knownKeys = [...new Set(preparationSchema.options.flatMap(({ shape }) => Object.keys(shape)))];

function read(text: string, label: string): ReturnType<typeof readYaml> {
  if (text.replace(/#.*/g, '').trim() === '')
    throw new CrivoError('invalid-input', say('preparationEmpty', { label }), {
      line: 1,
    });
  return readYaml(text, { what: say('preparationYaml'), least: say('preparationLeast'), label });
}
