/** What is better when it is less; negate what is better when it is more. Null: not known. */
export type Objective<Point> = (point: Point) => number | null;

/**
 * The points that no other point beats: at least as good in every objective, and better in one. Equal points all stay;
 * a point that lacks an objective is left out. In the order given.
 */
export function paretoFront<Point>(
  points: readonly Point[],
  objectives: readonly Objective<Point>[],
): readonly Point[] {
  const valued = points.flatMap((point) => {
    const values = objectives.map((objective) => objective(point));
    return values.some((value) => value === null || Number.isNaN(value)) ? [] : [{ point, values: values as number[] }];
  });
  // A point can only be beaten by one that comes before it when sorted by all objectives.
  const sorted = valued.toSorted((a, b) => compareValues(a.values, b.values));
  const front: (typeof valued)[number][] = [];
  for (const candidate of sorted) {
    if (!front.some((other) => dominates(other.values, candidate.values))) front.push(candidate);
  }
  const kept = new Set(front);
  return valued.filter((candidate) => kept.has(candidate)).map(({ point }) => point);
}

function compareValues(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index]!;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, index) => value <= b[index]!) && a.some((value, index) => value < b[index]!);
}
