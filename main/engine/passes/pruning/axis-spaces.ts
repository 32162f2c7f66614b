/**
 * The index spaces of a graph: each axis of each tensor is a space, operators tie them together. `ties` say which element
 * of one axis must live and die with which of another; a lock keeps a whole group of tied axes as it is.
 *
 *     Conv W[out, in, kh, kw]:  W.0 ~ y.1   W.1 ~ x.1
 *     Relu:                     x.i ~ y.i
 *     Concat(a, b) on axis 1:   a.1[i] ~ y.1[i]   b.1[i] ~ y.1[|a| + i]
 *
 * The transitive closure of the ties gives units of elements that can only be removed together. After Fang et al. 2023
 * ("DepGraph: Towards Any Structural Pruning"), with equalities in place of a dependency search.
 */
import type { Dimension } from '../../../../shared/model.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export type Pairs = (visit: (from: number, to: number) => void) => void;

interface Tie {
  readonly from: number;
  readonly to: number;
  /** Null where elements correspond one to one. */
  readonly pairs: Pairs | null;
}

export interface Axis {
  readonly tensor: string;
  readonly axis: number;
  readonly size: number;
}

export interface AxisSpaces {
  /** One to one; a tie with an axis of unknown or other size locks both. */
  readonly same: (a: string, axisA: number, b: string, axisB: number) => void;
  readonly tie: (a: string, axisA: number, b: string, axisB: number, pairs: Pairs) => void;
  readonly lock: (tensor: string, axis: number, reason: string) => void;
  readonly lockTensor: (tensor: string, reason: string) => void;
  /** Says of an axis that it may change whatever it is tied to otherwise. */
  readonly leave: (tensor: string, axis: number) => void;
  /** Gives a function that locks those axes of tensors which nothing was said of since; axes of size 1 excepted. */
  readonly watch: () => (tensors: readonly string[], reason: string) => void;
  /** The axes that are tied together, whole groups; `lock` is the first reason that was given in each, or null. */
  readonly groups: () => readonly { readonly axes: readonly number[]; readonly lock: string | null }[];
  /** Sets of (axis, index) that must be removed together, of one group. */
  readonly units: (axes: readonly number[]) => readonly (readonly [axis: number, index: number])[][];
  readonly axisOf: (id: number) => Axis;
  readonly idOf: (tensor: string, axis: number) => number | undefined;
}

/** @param shapeOf shape of a tensor, null where the rank is unknown */
export function createAxisSpaces(shapeOf: (tensor: string) => readonly Dimension[] | null): AxisSpaces {
  const ids = new Map<string, number>();
  const axes: (Axis & { readonly known: boolean })[] = [];
  const parents: number[] = [];
  const locks = new Map<number, string>();
  const ties: Tie[] = [];
  let touched = new Set<number>();

  const id = (tensor: string, axis: number): number | undefined => {
    const key = `${axis} ${tensor}`;
    const found = ids.get(key);
    if (found !== undefined) {
      touched.add(found);
      return found;
    }
    const size = shapeOf(tensor)?.[axis];
    if (size === undefined) return undefined;
    const next = axes.length;
    axes.push({ tensor, axis, size: typeof size === 'number' ? size : 0, known: typeof size === 'number' });
    parents.push(next);
    ids.set(key, next);
    touched.add(next);
    return next;
  };
  const root = (axis: number): number => {
    let top = axis;
    while (parents[top] !== top) top = parents[top]!;
    for (let at = axis; parents[at] !== top;) [at, parents[at]] = [parents[at]!, top];
    return top;
  };
  const lockId = (axis: number, reason: string): void => void (locks.has(axis) || locks.set(axis, reason));
  const join = (a: number | undefined, b: number | undefined, pairs: Pairs | null): void => {
    if (a === undefined || b === undefined) return;
    const sizesFit = axes[a]!.known && axes[b]!.known && (pairs !== null || axes[a]!.size === axes[b]!.size);
    if (!sizesFit) {
      lockId(a, say('tiedSizeUnknown', { tensor: axes[a]!.tensor }));
      lockId(b, say('tiedSizeUnknown', { tensor: axes[b]!.tensor }));
    } else ties.push({ from: a, to: b, pairs });
    parents[root(a)] = root(b);
  };

  return {
    same: (a, axisA, b, axisB) => join(id(a, axisA), id(b, axisB), null),
    tie: (a, axisA, b, axisB, pairs) => join(id(a, axisA), id(b, axisB), pairs),
    lock: (tensor, axis, reason) => {
      const found = id(tensor, axis);
      if (found !== undefined) lockId(found, reason);
    },
    lockTensor: (tensor, reason) => {
      shapeOf(tensor)?.forEach((_, axis) => lockId(id(tensor, axis)!, reason));
    },
    leave: (tensor, axis) => void id(tensor, axis),
    watch: () => {
      touched = new Set();
      return (tensors, reason) => {
        const known = touched;
        for (const tensor of tensors) {
          shapeOf(tensor)?.forEach((size, axis) => {
            const one = ids.get(`${axis} ${tensor}`);
            if (size !== 1 && (one === undefined || !known.has(one))) lockId(id(tensor, axis)!, reason);
          });
        }
      };
    },
    groups: () => {
      const groups = new Map<number, number[]>();
      axes.forEach((_, axis) => {
        const top = root(axis);
        const members = groups.get(top);
        if (members === undefined) groups.set(top, [axis]);
        else members.push(axis);
      });
      return [...groups.values()].map((members) => ({
        axes: members,
        lock: members.map((axis) => locks.get(axis)).find((reason) => reason !== undefined) ?? null,
      }));
    },
    units: (members) => unitsOf(members, axes, ties),
    axisOf: (axis) => axes[axis]!,
    idOf: (tensor, axis) => ids.get(`${axis} ${tensor}`),
  };
}

function unitsOf(
  members: readonly number[],
  axes: readonly Axis[],
  ties: readonly Tie[],
): (readonly [number, number])[][] {
  const offsets = new Map<number, number>();
  let total = 0;
  for (const axis of members) {
    offsets.set(axis, total);
    total += axes[axis]!.size;
  }
  const parents = Int32Array.from({ length: total }, (_, index) => index);
  const root = (element: number): number => {
    let top = element;
    while (parents[top] !== top) top = parents[top]!;
    for (let at = element; parents[at] !== top;) {
      const next = parents[at]!;
      parents[at] = top;
      at = next;
    }
    return top;
  };
  for (const { from, to, pairs } of ties) {
    const [a, b] = [offsets.get(from), offsets.get(to)];
    if (a === undefined || b === undefined) continue;
    const join = (i: number, j: number): void => void (parents[root(a + i)] = root(b + j));
    if (pairs === null) for (let index = 0; index < axes[from]!.size; index += 1) join(index, index);
    else pairs(join);
  }
  const units = new Map<number, (readonly [number, number])[]>();
  for (const axis of members) {
    for (let index = 0; index < axes[axis]!.size; index += 1) {
      const top = root(offsets.get(axis)! + index);
      const unit = units.get(top);
      if (unit === undefined) units.set(top, [[axis, index]]);
      else unit.push([axis, index]);
    }
  }
  return [...units.values()];
}
