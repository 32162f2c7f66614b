/** How much a unit of channels matters: what its removal takes from the weights. */
import type { Graph } from '../../graph/graph.ts';
import { DataType } from '../../onnx/proto.ts';
import { tensorShape, tensorValues } from '../../onnx/tensor.ts';
import type { AxisSpaces } from './axis-spaces.ts';
import type { ChannelGroup, Unit } from './channel-groups.ts';

export type Norm = 'l1' | 'l2';

/**
 * Importance of each unit of each group, in order: the mean over its slices of the weights (outputs and inputs of layers
 * alike) of the mean |w|^p, divided by the mean over the group, so that groups can be ranked together. Li et al. 2017
 * (L1 norms of filters), over dependency groups as in Fang et al. 2023.
 */
export function unitImportance(
  graph: Graph,
  spaces: AxisSpaces,
  groups: readonly ChannelGroup[],
  norm: Norm,
): number[][] {
  const means = new Map<number, Float64Array>();
  const meanOf = (axis: number): Float64Array | null => {
    const known = means.get(axis);
    if (known !== undefined) return known;
    const computed = sliceMeans(graph, spaces, axis, norm);
    if (computed !== null) means.set(axis, computed);
    return computed;
  };
  return groups.map(({ units }) => {
    const raw = units.map((unit) => meanOverSlices(unit, meanOf));
    const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
    return mean === 0 ? raw : raw.map((value) => value / mean);
  });
}

function meanOverSlices(unit: Unit, meanOf: (axis: number) => Float64Array | null): number {
  let sum = 0;
  let slices = 0;
  for (const [axis, index] of unit) {
    const means = meanOf(axis);
    if (means === null) continue;
    sum += means[index]!;
    slices += 1;
  }
  return slices === 0 ? 0 : sum / slices;
}

/** Mean |w|^p of each slice of a weight along an axis; null for what is no weight (activations, biases). */
function sliceMeans(graph: Graph, spaces: AxisSpaces, id: number, norm: Norm): Float64Array | null {
  const { tensor, axis } = spaces.axisOf(id);
  const weight = graph.initializers.get(tensor);
  if (weight === undefined || weight.dataType !== DataType.FLOAT) return null;
  const shape = tensorShape(weight);
  if (shape.length < 2) return null;
  const values = tensorValues(weight) as Float32Array;
  const size = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const sums = new Float64Array(size);
  for (let at = 0; at < values.length; at += 1) {
    const value = Math.abs(values[at]!);
    sums[Math.floor(at / inner) % size]! += norm === 'l1' ? value : value * value;
  }
  return sums.map((sum) => (sum * size) / values.length);
}
