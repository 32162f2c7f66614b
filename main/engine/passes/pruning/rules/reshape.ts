/**
 * Which axes of a reshaped tensor stay, merge or split. Sizes are matched from both ends:
 *
 *     [N, C, H, W] → [N, C·H·W]    C[i] ~ merged[i·H·W … (i+1)·H·W−1]; H, W are kept whole
 *     [N, S, H·D] → [N, S, H, D]   merged[h·D …] ~ H[h]; D is kept whole (heads, not widths, are removed)
 *
 * Only the outermost axis of a merge or split is removable: its elements are whole blocks.
 */
import type { Dimension } from '../../../../../shared/model.ts';
import type { RuleContext } from './rule.ts';
import { say } from '../../../../../shared/phrases/phrase.ts';

/** Ties x to y = reshape(x). */
export function tieReshape(x: string, y: string, { spaces, shapeOf }: Pick<RuleContext, 'spaces' | 'shapeOf'>): void {
  const [from, to] = [shapeOf(x)!, shapeOf(y)!];
  const lock = (tensor: string, begin: number, end: number): void => {
    for (let axis = begin; axis < end; axis += 1) spaces.lock(tensor, axis, say('reshapeMixes'));
  };
  let start = 0;
  while (start < from.length && start < to.length && isSame(from[start]!, to[start]!)) {
    spaces.same(x, start, y, start);
    start += 1;
  }
  let [a, b] = [from.length, to.length];
  while (a > start && b > start) {
    const group = lastGroup(from, to, start, a, b);
    if (group === null) break;
    tieGroup(x, y, { from, to, ...group, endA: a, endB: b });
    [a, b] = [group.beginA, group.beginB];
  }
  lock(x, start, a);
  lock(y, start, b);

  function tieGroup(
    before: string,
    after: string,
    group: {
      from: readonly Dimension[];
      to: readonly Dimension[];
      beginA: number;
      endA: number;
      beginB: number;
      endB: number;
    },
  ): void {
    const wide = (shape: readonly Dimension[], begin: number, end: number): number[] =>
      shape.slice(begin, end).flatMap((size, place) => (size === 1 ? [] : [begin + place]));
    const [ins, outs] = [wide(group.from, group.beginA, group.endA), wide(group.to, group.beginB, group.endB)];
    const [firstIn, firstOut] = [ins[0], outs[0]];
    if (firstIn === undefined || firstOut === undefined) return;
    if (ins.length > 1 && outs.length > 1) {
      lock(before, group.beginA, group.endA);
      lock(after, group.beginB, group.endB);
      return;
    }
    const [sizeIn, sizeOut] = [group.from[firstIn] as number, group.to[firstOut] as number];
    spaces.tie(before, firstIn, after, firstOut, (visit) => {
      const most = Math.max(sizeIn, sizeOut);
      for (let index = 0; index < most; index += 1) {
        visit(Math.floor((index * sizeIn) / most), Math.floor((index * sizeOut) / most));
      }
    });
    for (const axis of ins.slice(1)) spaces.lock(before, axis, say('reshapeMerges'));
    for (const axis of outs.slice(1)) spaces.lock(after, axis, say('reshapeSplits'));
  }
}

const isSame = (a: Dimension, b: Dimension): boolean => a !== null && a === b;

/** The shortest run of axes before `a` and `b` whose products agree; null where a size in it is not known. */
function lastGroup(
  from: readonly Dimension[],
  to: readonly Dimension[],
  start: number,
  a: number,
  b: number,
): { beginA: number; beginB: number } | null {
  let [beginA, beginB] = [a - 1, b - 1];
  let [productA, productB] = [from[beginA]!, to[beginB]!];
  for (;;) {
    if (typeof productA !== 'number' || typeof productB !== 'number') return null;
    if (productA === productB) break;
    if (productA < productB) {
      beginA -= 1;
      const size = beginA < start ? null : from[beginA]!;
      productA = typeof size === 'number' ? productA * size : (null as never);
    } else {
      beginB -= 1;
      const size = beginB < start ? null : to[beginB]!;
      productB = typeof size === 'number' ? productB * size : (null as never);
    }
  }
  return { beginA, beginB };
}
