import type { Connection } from './database.ts';

/** What was computed of models and data, by a hash of all that decides it: a cache, nothing else refers to it. */
export interface AnalysisStore {
  readonly find: (key: string) => unknown;
  readonly save: (key: string, analysis: unknown) => void;
}

export function createAnalysisStore(db: Connection): AnalysisStore {
  const find = db.prepare<[string], string>('SELECT analysis_json FROM analyses WHERE key = ?').pluck();
  const save = db.prepare(
    'INSERT INTO analyses (key, analysis_json) VALUES (?, ?) ON CONFLICT DO UPDATE SET analysis_json = excluded.analysis_json',
  );
  return {
    find: (key) => {
      const json = find.get(key);
      return json === undefined ? null : (JSON.parse(json) as unknown);
    },
    save: (key, analysis) => void save.run(key, JSON.stringify(analysis)),
  };
}
