/** Values in ascending order, as an array or as a histogram: what quantiles are read from. */

export interface OrderedValues {
  readonly count: number;
  /** The value of a 0-based rank (0 ≤ rank < count). */
  readonly at: (rank: number) => number;
  /** Calls back with each distinct stored value and how often it occurs, ascending. */
  readonly forEach: (visit: (value: number, occurrences: number) => void) => void;
}

/** Sorts a copy. */
export const orderedFromSamples = (samples: Float64Array): OrderedValues => orderedFromSorted(samples.slice().sort());

/** Of values that already ascend. */
export function orderedFromSorted(sorted: Float64Array): OrderedValues {
  return {
    count: sorted.length,
    at: (rank) => sorted[rank]!,
    forEach: (visit) => sorted.forEach((value) => visit(value, 1)),
  };
}

/** Values in ascending order with how often each occurs. */
export function orderedFromCounts(values: Float64Array, occurrences: Float64Array): OrderedValues {
  const upTo = new Float64Array(values.length);
  let count = 0;
  occurrences.forEach((times, index) => {
    count += times;
    upTo[index] = count;
  });
  return {
    count,
    at: (rank) => {
      let low = 0;
      let high = values.length - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (upTo[middle]! > rank) high = middle;
        else low = middle + 1;
      }
      return values[low]!;
    },
    forEach: (visit) => values.forEach((value, index) => visit(value, occurrences[index]!)),
  };
}

/** Quantile for 0 ≤ probability ≤ 1 by linear interpolation between order statistics: type 7 of Hyndman & Fan 1996. */
export function quantile(ordered: OrderedValues, probability: number): number {
  const position = (ordered.count - 1) * probability;
  const below = Math.floor(position);
  const value = ordered.at(below);
  const fraction = position - below;
  return fraction === 0 ? value : value + fraction * (ordered.at(below + 1) - value);
}

/** Distances of the values from a centre, in ascending order. */
export function distancesFrom(ordered: OrderedValues, centre: number): OrderedValues {
  const pairs: [distance: number, occurrences: number][] = [];
  ordered.forEach((value, occurrences) => pairs.push([Math.abs(value - centre), occurrences]));
  pairs.sort((a, b) => a[0] - b[0]);
  return orderedFromCounts(
    Float64Array.from(pairs, (pair) => pair[0]),
    Float64Array.from(pairs, (pair) => pair[1]),
  );
}
