import { z } from 'zod';
import type { Settings } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { measureProfileNames } from '../../../shared/measurement.ts';
import type { Connection } from './database.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface SettingsStore {
  readonly get: () => Settings;
  /** Changes those that are named; `pages` page by page, a page of null is forgotten. Throws `invalid-input`, then nothing is changed. */
  readonly update: (changes: Readonly<Record<string, unknown>>) => Settings;
}

const schemas = {
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['en', 'pt-BR']),
  defaultProfile: z.enum(measureProfileNames),
  keepSamplesDays: z.number().int().min(1).max(36_500).nullable(),
  diskBudgetBytes: z.number().int().min(100_000_000).nullable(),
  updates: z.boolean(),
  pages: z.record(z.string().max(64), z.unknown()),
} satisfies Record<keyof Settings, z.ZodType>;

const defaults: Settings = {
  theme: 'system',
  language: 'en',
  defaultProfile: 'standard',
  keepSamplesDays: null,
  diskBudgetBytes: null,
  updates: false,
  pages: {},
};

const mostBytes = 1_000_000;

/** Settings with their defaults. */
export function createSettingsStore(db: Connection): SettingsStore {
  const all = db.prepare<[], { name: string; value_json: string }>('SELECT name, value_json FROM settings');
  const write = db.prepare(
    'INSERT INTO settings (name, value_json) VALUES (?, ?) ON CONFLICT DO UPDATE SET value_json = excluded.value_json',
  );
  const get = (): Settings => {
    const stored = Object.fromEntries(
      all.all().map(({ name, value_json }) => [name, JSON.parse(value_json) as unknown]),
    );
    return { ...defaults, ...(stored as Partial<Settings>) };
  };
  return {
    get,
    update: db.transaction((changes: Readonly<Record<string, unknown>>) => {
      const before = get();
      for (const [name, value] of Object.entries(changes)) {
        const checked = check(name, value);
        const next = name === 'pages' ? mergePages(before.pages, checked as Settings['pages']) : checked;
        const json = JSON.stringify(next);
        if (json.length > mostBytes) throw new CrivoError('invalid-input', say('settingTooLarge', { name }));
        write.run(name, json);
      }
      return get();
    }).immediate,
  };
}

function check(name: string, value: unknown): unknown {
  if (!Object.hasOwn(schemas, name)) {
    throw new CrivoError('invalid-input', say('noSetting', { name, names: Object.keys(schemas).join(', ') }));
  }
  const result = schemas[name as keyof typeof schemas].safeParse(value);
  if (result.success) return result.data;
  throw new CrivoError(
    'invalid-input',
    say('settingUnfit', {
      name,
      value: JSON.stringify(value)?.slice(0, 100),
      why: result.error.issues[0]?.message ?? say('ofAnotherType'),
    }),
  );
}

function mergePages(before: Settings['pages'], changes: Settings['pages']): Settings['pages'] {
  return Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, page]) => page !== null));
}
