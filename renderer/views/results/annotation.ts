import type { RunRow } from '../../../shared/sweep.ts';

type Tagged = Pick<RunRow, 'id' | 'tags' | 'note'>;

/** The tags that all of the runs have. */
export const commonTags = (rows: readonly Tagged[]): readonly string[] =>
  (rows[0]?.tags ?? []).filter((tag) => rows.every((row) => row.tags.includes(tag)));

/** The note that all of the runs have, or null where they differ. */
export const commonNote = (rows: readonly Tagged[]): string | null => {
  const first = rows[0]?.note ?? '';
  return rows.every((row) => row.note === first) ? first : null;
};

/** Runs that get the same tags. */
export interface TagChange {
  readonly ids: number[];
  readonly tags: string[];
}

/** What it takes to give the runs `tags` in place of those they had in common; each keeps the tags that only it has. */
export function tagChanges(rows: readonly Tagged[], tags: readonly string[]): readonly TagChange[] {
  const common = commonTags(rows);
  const changes = new Map<string, TagChange>();
  for (const row of rows) {
    const own = row.tags.filter((tag) => !common.includes(tag) && !tags.includes(tag));
    const next = [...tags, ...own];
    if (next.length === row.tags.length && next.every((tag) => row.tags.includes(tag))) continue;
    const key = JSON.stringify(next);
    const change = changes.get(key) ?? { ids: [], tags: next };
    change.ids.push(row.id);
    changes.set(key, change);
  }
  return [...changes.values()];
}
