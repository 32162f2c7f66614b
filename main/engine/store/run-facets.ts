import type { Connection } from './database.ts';
import { conditionOf } from './run-query.ts';

export interface Facet {
  /** A column's name in filters. */
  readonly column: string;
  /** Most frequent first. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** Values listed of one column: what is rarer is found by typing. */
const mostValues = 100;

/** Filter name → how a group's row names its value. */
const facetColumns = {
  model: 'model',
  variant: 'variant',
  precision: 'precision',
  provider: 'provider',
  device: 'device',
  batch: 'batch_size',
  threads: 'threads',
  optimization: 'graph_optimization',
  scenario: 'scenario',
  dataset: 'dataset',
  status: 'status',
  noisy: 'noisy',
  sweep: 'sweep_name',
} as const;
const groupColumns = Object.values(facetColumns)
  .filter((column) => column !== 'sweep_name')
  .map((column) => `runs.${column}`)
  .join(', ');
type FacetName = keyof typeof facetColumns;

type GroupRecord = Readonly<Record<(typeof facetColumns)[FacetName], string | number | null>> & {
  readonly runs: number;
};

/** The values of each column among the runs of a filter, with how many runs have them; blanks are left out. */
export function runFacets(db: Connection, where: string | undefined): readonly Facet[] {
  const condition = conditionOf({ where });
  // One pass: runs of one cell agree in nearly everything, so that they are counted by numbers and looked up once a group.
  const groups = db
    .prepare<unknown[], GroupRecord>(
      `SELECT ${groupColumns}, sweeps.name AS sweep_name, counted.runs FROM (
         SELECT min(runs.id) AS id, count(*) AS runs FROM runs WHERE ${condition.sql}
         GROUP BY runs.cell_id, runs.sweep_id, runs.environment_id, runs.status, runs.noisy, runs.device, runs.precision
       ) AS counted CROSS JOIN runs ON runs.id = counted.id CROSS JOIN sweeps ON sweeps.id = runs.sweep_id`,
    )
    .all(...condition.values);
  const facets = Object.entries(facetColumns).map(([column, field]) => ({
    column,
    values: countValues(groups, field),
  }));
  return [...facets, { column: 'tag', values: countTags(db, condition) }];
}

function countValues(groups: readonly GroupRecord[], field: (typeof facetColumns)[FacetName]): Facet['values'] {
  const counts = new Map<string, number>();
  for (const group of groups) {
    const value = field === 'noisy' ? yesOrNo(group.noisy) : group[field];
    if (value === null || value === '') continue;
    counts.set(String(value), (counts.get(String(value)) ?? 0) + group.runs);
  }
  return mostFrequent([...counts].map(([value, count]) => ({ value, count })));
}

const yesOrNo = (value: string | number | null): string | null => (value === null ? null : value === 1 ? 'yes' : 'no');

function countTags(
  db: Connection,
  condition: { readonly sql: string; readonly values: readonly unknown[] },
): Facet['values'] {
  const counts = db
    .prepare<unknown[], { value: string; count: number }>(
      `SELECT tag AS value, count(*) AS count FROM run_tags WHERE run_id IN (SELECT runs.id FROM runs WHERE ${condition.sql}) GROUP BY tag`,
    )
    .all(...condition.values);
  return mostFrequent(counts);
}

const mostFrequent = (values: readonly { value: string; count: number }[]): Facet['values'] =>
  [...values].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, mostValues);
