import type { Connection } from './database.ts';
import { createFacetIndex, facetNames } from './facet-index.ts';
import type { ValueCounts } from './facet-index.ts';
import { conditionOf } from './run-query.ts';

export interface Facet {
  /** A column's name in filters. */
  readonly column: string;
  /** Most frequent first. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** Values listed of one column: what is rarer is found by typing. */
const mostValues = 100;

/** The values of each column among the runs of a filter, with how many runs have them; blanks are left out. */
export function createRunFacets(db: Connection): (where: string | undefined) => readonly Facet[] {
  const index = createFacetIndex(db);
  const tags = db.prepare<[], { runId: number; tag: string }>('SELECT run_id AS runId, tag FROM run_tags');
  const sweepName = db.prepare<[number], string>('SELECT name FROM sweeps WHERE id = ?').pluck();
  return (where) => {
    const condition = conditionOf({ where });
    const ids = db
      .prepare<unknown[], number>(`SELECT runs.id FROM runs WHERE ${condition.sql}`)
      .pluck()
      .all(...condition.values);
    const counts = index.count(ids);
    const named = {
      ...counts,
      noisy: renamed(counts.noisy, (noisy) => (noisy === 1 ? 'yes' : 'no')),
      // Sweeps of one name are one value.
      sweep: renamed(counts.sweep, (id) => sweepName.get(id as number) ?? ''),
    };
    const facets = facetNames.map((column) => ({
      column,
      values: mostFrequent(Array.from(named[column], ([value, count]) => ({ value: String(value), count }))),
    }));
    return [...facets, { column: 'tag', values: mostFrequent(countTags(tags.all(), ids)) }];
  };
}

function renamed(counts: ValueCounts, nameOf: (value: string | number) => string): ValueCounts {
  const byName = new Map<string, number>();
  for (const [value, count] of counts) {
    const name = nameOf(value);
    if (name !== '') byName.set(name, (byName.get(name) ?? 0) + count);
  }
  return byName;
}

function countTags(
  tagged: readonly { readonly runId: number; readonly tag: string }[],
  ids: readonly number[],
): Facet['values'] {
  if (tagged.length === 0) return [];
  const wanted = new Set(ids);
  const counts = new Map<string, number>();
  for (const { runId, tag } of tagged) if (wanted.has(runId)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return Array.from(counts, ([value, count]) => ({ value, count }));
}

const mostFrequent = (values: readonly { value: string; count: number }[]): Facet['values'] =>
  [...values].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, mostValues);
