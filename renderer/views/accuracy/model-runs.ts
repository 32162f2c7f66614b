import type { ModelSummary } from '../../../shared/model.ts';
import type { RunRow } from '../../../shared/sweep.ts';
import type { Results } from '../../state/results.svelte.ts';

const searched = 1_000;
const most = 50;

/** What must be alike for latencies to be chosen between. */
const conditions = ['dataset', 'provider', 'device', 'batchSize', 'threads', 'graphOptimization', 'scenario'] as const;

/** The runs of a model and of what was made from it, under the conditions of one of them: for each variant those of its newest sweep. */
export async function runsBeside(results: Results, row: RunRow): Promise<readonly RunRow[]> {
  const { rows } = await results.query({
    where: `model:${JSON.stringify(row.model)}`,
    sort: [{ column: 'id', descending: true }],
    limit: searched,
  });
  const alike = rows.filter(
    (other) => other.p50Ms !== null && conditions.every((condition) => other[condition] === row[condition]),
  );
  const newest = new Map<string, number>();
  for (const { variant, sweepId } of alike) if (!newest.has(variant)) newest.set(variant, sweepId);
  return alike.filter(({ variant, sweepId }) => newest.get(variant) === sweepId);
}

/** The newest runs of a model, or of a variant, on a dataset, one for each cell. */
export async function runsWithAnswers(
  results: Results,
  { sha256, name, lineage }: ModelSummary,
  byHash: (sha256: string) => ModelSummary | undefined,
): Promise<readonly RunRow[]> {
  // Runs of variants stand under the model that they were made from.
  const root = lineage === null ? name : byHash(lineage.parentSha256)?.name;
  if (root === undefined) return [];
  const { rows } = await results.query({
    where: `model:${JSON.stringify(root)}`,
    sort: [{ column: 'id', descending: true }],
    limit: searched,
  });
  const wanted =
    lineage === null ? { sha256, variant: 'original' } : { sha256: lineage.parentSha256, variant: lineage.recipeName };
  const own = rows.filter(
    (row) =>
      row.dataset !== null && row.p50Ms !== null && row.modelSha256 === wanted.sha256 && row.variant === wanted.variant,
  );
  return [...new Map(own.toReversed().map((row) => [row.cellKey, row])).values()].toReversed().slice(0, most);
}
