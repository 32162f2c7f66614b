/** Where the level of a series changes. */

/**
 * Indices at which a new level begins, ascending, by PELT (Killick, Fearnhead & Eckley 2012) with the cost of a change in
 * mean: the squares about the mean of each segment, plus `penalty` for each change. Segments hold at least `fewest`
 * values; `step` looks only at every so manieth place, for long series.
 */
export function changePoints(values: Float64Array, penalty: number, fewest = 3, step = 1): number[] {
  const n = values.length;
  const [sums, squares] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  values.forEach((value, index) => {
    sums[index + 1] = sums[index]! + value;
    squares[index + 1] = squares[index]! + value * value;
  });
  const costOf = (from: number, to: number): number =>
    squares[to]! - squares[from]! - (sums[to]! - sums[from]!) ** 2 / (to - from);
  const best = new Map<number, { readonly cost: number; readonly from: number }>([[0, { cost: -penalty, from: 0 }]]);
  let starts = [0];
  for (const to of places(n, fewest, step)) {
    const costs = starts.map((from) => best.get(from)!.cost + costOf(from, to));
    let least = 0;
    for (let index = 1; index < costs.length; index += 1) if (costs[index]! < costs[least]!) least = index;
    best.set(to, { cost: costs[least]! + penalty, from: starts[least]! });
    // A start that is already worse than a change here can't become the best again.
    starts = starts.filter((_, index) => costs[index]! <= costs[least]! + penalty);
    const next = to - fewest + step;
    if (to + step <= n)
      for (let from = next - (next % step); from <= to; from += step) addStart(starts, best, from, to + step - fewest);
  }
  const changes: number[] = [];
  for (let at = best.get(n)?.from ?? 0; at > 0; at = best.get(at)!.from) changes.unshift(at);
  return changes;
}

/** A place may begin a segment once it has ended one, and when the next place leaves room. */
function addStart(starts: number[], best: ReadonlyMap<number, unknown>, from: number, latest: number): void {
  if (from > 0 && from <= latest && best.has(from) && !starts.includes(from)) starts.push(from);
}

function places(n: number, fewest: number, step: number): readonly number[] {
  const found: number[] = [];
  for (let place = Math.ceil(fewest / step) * step; place < n; place += step) if (place >= fewest) found.push(place);
  if (n >= fewest) found.push(n);
  return found;
}

/** A level between two changes. */
export interface Level {
  /** Index of its first value, and of the one after its last. */
  readonly from: number;
  readonly to: number;
  readonly median: number;
}

const mostPlaces = 2_000;

/**
 * Levels of positive values (latencies) on a logarithmic scale. Outliers are pulled in to three robust deviations of
 * their neighbourhood first, so that one bad run is no change; the penalty is 3 σ² ln n with σ from the differences of
 * neighbours. Levels closer than `least` (relative) are one.
 */
export function levelsOf(values: readonly number[], least = 0.01): readonly Level[] {
  if (values.length === 0) return [];
  const logs = Float64Array.from(values, Math.log);
  const sigma = noiseOf(logs);
  const calm = Float64Array.from(logs, (value, index) => pulledIn(logs, index, value, sigma));
  const step = Math.ceil(values.length / mostPlaces);
  const penalty = Math.max(3 * sigma * sigma * Math.log(Math.max(2, values.length)), 1e-9);
  const bounds = [0, ...changePoints(calm, penalty, Math.max(3, step), step), values.length];
  const levels = bounds
    .slice(1)
    .map((to, index) => ({ from: bounds[index]!, to, median: medianOf(values.slice(bounds[index]!, to)) }));
  return levels.reduce<Level[]>((joined, level) => {
    const last = joined.at(-1);
    if (last === undefined || Math.abs(Math.log(level.median / last.median)) >= Math.log1p(least))
      return [...joined, level];
    return [
      ...joined.slice(0, -1),
      { from: last.from, to: level.to, median: medianOf(values.slice(last.from, level.to)) },
    ];
  }, []);
}

/** Standard deviation from the median distance of neighbours, which changes of level hardly move. */
function noiseOf(logs: Float64Array): number {
  if (logs.length < 2) return 0;
  const distances = Array.from({ length: logs.length - 1 }, (_, index) => Math.abs(logs[index + 1]! - logs[index]!));
  return (1.4826 * medianOf(distances)) / Math.SQRT2;
}

const neighbourhood = 3;

function pulledIn(logs: Float64Array, index: number, value: number, sigma: number): number {
  const around = medianOf([...logs.subarray(Math.max(0, index - neighbourhood), index + neighbourhood + 1)]);
  return Math.min(around + 3 * sigma, Math.max(around - 3 * sigma, value));
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
