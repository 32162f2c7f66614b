/** What the two names of `crivo compare` stand for. */
import type { Call } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { RunRow } from '../../../shared/sweep.ts';

export interface ComparedPair {
  readonly candidate: number;
  readonly baseline: number;
}

/** The engine's largest page. */
const mostRows = 10_000;

/**
 * Pairs of cells that are alike but for what the names tell apart, each by a run of the latest sweep that has both, else
 * of the latest sweep of each. A name is the number of a run, `MODEL`, `MODEL/VARIANT`,
 * the library's name of a variant, a variant of any model, or a query.
 */
export async function comparedPairs(call: Call, baseline: string, candidate: string): Promise<readonly ComparedPair[]> {
  if (isRun(baseline) && isRun(candidate)) return [{ baseline: Number(baseline), candidate: Number(candidate) }];
  const [left, right] = await Promise.all([rowsOf(call, baseline), rowsOf(call, candidate)]);
  const keyOf = settingsKey(left, right);
  const rightByKey = Map.groupBy(right, keyOf);
  const pairs = [...Map.groupBy(left, keyOf)].flatMap(([key, rows]) => {
    const others = rightByKey.get(key);
    return others === undefined ? [] : [latestPair(rows, others)];
  });
  if (pairs.length > 0) return pairs;
  throw new CrivoError(
    'not-found',
    `No cell of "${baseline}" has the settings of one of "${candidate}"; measure both in one sweep.`,
  );
}

const isRun = (name: string): boolean => /^\d+$/.test(name);

async function rowsOf(call: Call, name: string): Promise<readonly RunRow[]> {
  const found = async (where: string): Promise<readonly RunRow[]> => {
    const query = { where: `(${where}) role:cell`, sort: [{ column: 'id', descending: true }], limit: mostRows };
    return (await call('results.query', query)).rows.filter(({ p50Ms }) => p50Ms !== null);
  };
  const [model, variant] = name.split('/');
  const queries = isRun(name)
    ? [`run:${name}`]
    : /[:<>=]/.test(name)
      ? [name]
      : variant !== undefined
        ? [`model:${text(model!)} variant:${text(variant)}`]
        : [`model:${text(name)} variant:original`, `variant:${text(name)}`, ...dotted(name)];
  for (const where of queries) {
    const rows = await found(where);
    if (rows.length > 0) return rows;
  }
  throw new CrivoError(
    'not-found',
    `"${name}" has no measured run; give a run's number, a model, model/variant, a variant, or a query like "variant:fp16 batch:1".`,
  );
}

const text = (value: string): string => JSON.stringify(value);

/** `MODEL.VARIANT`, as the library names a variant: either may have dots of its own. */
const dotted = (name: string): readonly string[] =>
  [...name.matchAll(/\./g)].map(
    ({ index }) => `model:${text(name.slice(0, index))} variant:${text(name.slice(index + 1))}`,
  );

const settings = [
  ...(['model', 'variant', 'provider', 'batchSize', 'threads', 'graphOptimization', 'scenario', 'dataset'] as const),
] satisfies readonly (keyof RunRow)[];

/** A setting that each side has only one value of is what the names tell apart, or the same for all. */
function settingsKey(left: readonly RunRow[], right: readonly RunRow[]): (row: RunRow) => string {
  const varying = settings.filter((field) =>
    [left, right].some((side) => new Set(side.map((row) => row[field])).size > 1),
  );
  return (row) => JSON.stringify(varying.map((field) => row[field]));
}

/** Rows come newest first. */
function latestPair(left: readonly RunRow[], right: readonly RunRow[]): ComparedPair {
  const rightBySweep = new Map(right.toReversed().map((row) => [row.sweepId, row]));
  const common = left.find(({ sweepId }) => rightBySweep.has(sweepId));
  if (common === undefined) return { baseline: left[0]!.id, candidate: right[0]!.id };
  return { baseline: common.id, candidate: rightBySweep.get(common.sweepId)!.id };
}
