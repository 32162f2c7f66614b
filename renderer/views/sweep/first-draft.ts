/** What the New sweep page begins with. */
import { stringify } from 'yaml';
import type { MeasureProfileName } from '../../../shared/measurement.ts';

export interface FirstDraft {
  readonly name: string;
  readonly models: readonly string[];
  readonly variants: readonly string[];
  readonly measure: MeasureProfileName;
}

/** A small sweep over some models, as YAML. */
export function firstDraft({ name, models, variants, measure }: FirstDraft): string {
  const list = (key: string, values: readonly (string | number)[]): string =>
    `${key}: [${values.map((value) => stringify(value).trim()).join(', ')}]`;
  return [
    `name: ${stringify(name).trim()}`,
    list('models', models),
    list('variants', variants),
    list('providers', ['cpu']),
    list('batchSizes', [1]),
    list('threads', [1]),
    `measure: ${measure}`,
    'rounds: 3',
    '',
  ].join('\n');
}
