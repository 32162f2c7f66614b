/** Why two cells can't be compared. */
import type { ComparisonObstacle } from '../../../../shared/comparison.ts';
import type { Environment } from '../../../../shared/hardware.ts';
import type { Cell } from '../../../../shared/sweep.ts';
import { environmentDifferences } from '../../hardware/environment-hash.ts';

/** What a run was measured with and on. */
export interface Measured {
  readonly cell: Cell;
  readonly environment: Environment;
}

/** Other fields may differ: they are what one compares. */
const fields = [
  'batchSize',
  'scenario',
  'dataset',
  'inputShapes',
  'conditions',
] as const satisfies readonly (keyof Cell)[];
const names: Readonly<Record<(typeof fields)[number], string>> = {
  batchSize: 'batch size',
  scenario: 'scenario',
  dataset: 'dataset',
  inputShapes: 'input shapes',
  conditions: 'conditions',
};

/** Fields in which the two sides did not do the same work on the same machine, each once. */
export function obstaclesBetween(left: readonly Measured[], right: readonly Measured[]): ComparisonObstacle[] {
  const obstacles = new Map<string, ComparisonObstacle>();
  for (const a of left)
    for (const b of right) {
      const found = [
        ...environmentDifferences(a.environment, b.environment).map(({ label, ...values }) => ({
          ...{ field: label, left: values.left, right: values.right },
        })),
        ...fields.flatMap((field) => {
          const [one, other] = [asText(a.cell, b.cell, field), asText(b.cell, a.cell, field)];
          return one === other ? [] : [{ field: names[field], left: one, right: other }];
        }),
      ];
      for (const obstacle of found) obstacles.set(obstacle.field, obstacle);
    }
  return [...obstacles.values()];
}

function asText(cell: Cell, other: Cell, field: (typeof fields)[number]): string {
  const value = cell[field];
  if (value === null || value === undefined) return 'none';
  // Two models may name their input differently and take the same work.
  if (field === 'inputShapes') {
    return cell.modelSha256 === other.modelSha256 ? JSON.stringify(value) : '';
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
