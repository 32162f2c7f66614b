/*
 *   [N, 196, 768] ──► Reshape(1, 196, 12, 64)        becomes        Reshape(−1, 196, 12, 64)
 *
 * A Reshape keeps the order of elements: the batch, at a place with the product p of sizes before it, is found again where the
 * sizes before it multiply to p, or inside the dimension that swallowed it.
 */
import type { Dimension } from '../../../../shared/model.ts';

export interface ReshapeFacts {
  readonly target: readonly number[];
  /** The fixed batch. */
  readonly batchSize: number;
  /** Shape of the result with the fixed batch. */
  readonly fixedOutput: readonly Dimension[] | null;
  /** Shape of the data with a batch of `probe`. */
  readonly probedInput: readonly Dimension[] | null;
  /** A prime that no other size is a multiple of. */
  readonly probe: number;
}

/** The target that lets the batch vary, the same one where the batch doesn't reach it, or null where none can be told. */
export function batchFreeTarget(facts: ReshapeFacts): readonly number[] | null {
  const { target, fixedOutput, probedInput, batchSize, probe } = facts;
  if (!isConcrete(probedInput) || !isConcrete(fixedOutput)) return leadingRule(facts);
  const axis = probedInput.findIndex((size) => size % probe === 0);
  if (axis < 0) return target;
  const before = product(probedInput.slice(0, axis));
  // In a dimension that swallowed others the batch may be outermost or innermost.
  const places = [...new Set([before, (before * probedInput[axis]!) / probe])];
  const exact = places.map((place) => exactAxis(fixedOutput, place, batchSize)).find((found) => found !== null);
  const at = exact ?? swallowingAxis(fixedOutput, before, batchSize);
  return at === null ? null : fixedOutput.map((size, index) => (index === at ? -1 : size));
}

const isConcrete = (shape: readonly Dimension[] | null): shape is readonly number[] =>
  shape?.every((size) => typeof size === 'number') === true;

const product = (sizes: readonly number[]): number => sizes.reduce((result, size) => result * size, 1);

/** The axis of the batch's size that has just `place` elements before it. */
function exactAxis(output: readonly number[], place: number, batchSize: number): number | null {
  const axis = output.findIndex((size, index) => size === batchSize && product(output.slice(0, index)) === place);
  return axis < 0 ? null : axis;
}

/** The axis that begins at or before the place and ends at or after it with the batch. */
function swallowingAxis(output: readonly number[], place: number, batchSize: number): number | null {
  for (const [axis, size] of output.entries()) {
    const before = product(output.slice(0, axis));
    if (before <= place && before * size >= place * batchSize && before * size > before && size % batchSize === 0)
      return axis;
  }
  return null;
}

/** Where other sizes are dynamic too: a leading size equal to the old batch becomes −1, or 0 (copied) where another is −1 already. */
function leadingRule({ target, batchSize, probedInput, probe }: ReshapeFacts): readonly number[] | null {
  if (target[0] === -1 || target[0] === 0) return target;
  if (target[0] !== batchSize) return null;
  if (!target.includes(-1)) return [-1, ...target.slice(1)];
  return probedInput?.[0] === probe ? [0, ...target.slice(1)] : null;
}
