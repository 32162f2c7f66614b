import type { SearchTrial, SensitiveGroup } from '../../../shared/search.ts';
import type { Connection } from './database.ts';

/** What a search has found out so far; all of it is kept, so that an interrupted one goes on where it was. */
export interface SearchState {
  /** Whether float arithmetic is streamlined first; null while that was not tried. */
  readonly streamlined: boolean | null;
  /** Parts to quantize; null while they are not measured. */
  readonly layers: readonly SensitiveGroup[] | null;
  /** Channels to prune; null while they are not measured. */
  readonly cuts: readonly SensitiveGroup[] | null;
  /** In the order in which they were tried. */
  readonly trials: readonly SearchTrial[];
  /** Of the original, beside the last of them. */
  readonly original: { readonly latencyMs: number | null; readonly accuracy: number | null };
}

export interface SearchStore {
  /** By the hash of what was asked; null where that was never begun. */
  readonly find: (orderHash: string) => SearchState | null;
  readonly save: (orderHash: string, modelSha256: string, state: SearchState) => void;
}

/** Searches for the best variant. */
export function createSearchStore(db: Connection): SearchStore {
  const find = db.prepare<[string], string>('SELECT state_json FROM searches WHERE order_hash = ?').pluck();
  const save = db.prepare(
    'INSERT INTO searches (order_hash, model_sha256, state_json) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state_json = excluded.state_json',
  );
  return {
    find: (orderHash) => {
      const json = find.get(orderHash);
      return json === undefined ? null : (JSON.parse(json) as SearchState);
    },
    save: (orderHash, modelSha256, state) => {
      save.run(orderHash, modelSha256, JSON.stringify(state));
    },
  };
}
