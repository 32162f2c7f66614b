/** How much a unit of channels matters. */
import { CrivoError } from '../../../../shared/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { DataType } from '../../onnx/proto.ts';
import { tensorShape, tensorValues } from '../../onnx/tensor.ts';
import type { PassContext } from '../pass.ts';
import { meanInputs } from './mean-inputs.ts';
import type { AxisSpaces } from './axis-spaces.ts';
import type { ChannelGroup, Unit } from './channel-groups.ts';
import type { PrunableGraph } from './prunable-graph.ts';
import type { ImportanceKind } from './prune-options.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Values along an axis, or null where the axis says nothing of importance. */
type AxisScores = (axis: number) => Float64Array | null;

/**
 * Importance of each unit of each group, in order, divided by the mean over the group so that groups can be ranked together:
 * - `auto`: `activation` where there is data, `l2` where there is none;
 * - `l1`, `l2`: mean over the unit's slices of the weights (outputs and inputs of layers alike) of the mean |w|^p. Li et al.
 *   2017 (L1 norms of filters), over dependency groups as in Fang et al. 2023;
 * - `batch-norm`: mean |γ| of the normalizations, norms (L1) in groups without one. Liu et al. 2017 (network slimming);
 * - `activation`: mean over the layers that read the unit of mean |w| times mean |input|. Sun et al. 2024 (Wanda), a channel
 *   at a time.
 * Raises `invalid-input` where there is no batch normalization, `invalid-dataset` where there is no data.
 */
export async function unitImportance(
  { graph, spaces, groups }: PrunableGraph,
  wanted: ImportanceKind,
  context: Pick<PassContext, 'openSession' | 'calibration' | 'signal'>,
): Promise<number[][]> {
  const kind = wanted !== 'auto' ? wanted : context.calibration === null ? 'l2' : 'activation';
  const norms = remembered((axis) => sliceMeans(graph, spaces, axis, kind === 'l2' ? 2 : 1));
  const scores = await axisScores(graph, spaces, kind, norms, context);
  return groups.map((group) => relative(group, scores, norms));
}

async function axisScores(
  graph: Graph,
  spaces: AxisSpaces,
  kind: Exclude<ImportanceKind, 'auto'>,
  norms: AxisScores,
  context: Pick<PassContext, 'openSession' | 'calibration' | 'signal'>,
): Promise<AxisScores> {
  switch (kind) {
    case 'l1':
    case 'l2':
      return norms;
    case 'batch-norm': {
      const scales = new Set(
        graph.nodes.filter(({ opType }) => opType === 'BatchNormalization').map(({ input }) => input[1]!),
      );
      if (scales.size === 0) throw new CrivoError('invalid-input', say('noBatchNormalization'));
      return remembered((axis) => {
        const { tensor } = spaces.axisOf(axis);
        const scale = scales.has(tensor) ? graph.initializers.get(tensor) : undefined;
        return scale === undefined ? null : Float64Array.from(tensorValues(scale) as Float32Array, Math.abs);
      });
    }
    case 'activation': {
      if (context.calibration === null) throw new CrivoError('invalid-dataset', say('activationNeedsData'));
      const inputs = await meanInputs(graph, spaces, { ...context, calibration: context.calibration });
      return remembered((axis) => {
        const [read, weights] = [inputs.get(axis), inputs.has(axis) ? norms(axis) : null];
        return read === undefined || weights === null ? null : weights.map((weight, index) => weight * read[index]!);
      });
    }
  }
}

function relative({ units }: ChannelGroup, scores: AxisScores, fallback: AxisScores): number[] {
  const means = units.map((unit) => meanOverSlices(unit, scores));
  const raw = means.every((value) => value === null)
    ? units.map((unit) => meanOverSlices(unit, fallback) ?? 0)
    : means.map((value) => value ?? 0);
  const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  return mean === 0 ? raw : raw.map((value) => value / mean);
}

function meanOverSlices(unit: Unit, scores: AxisScores): number | null {
  let sum = 0;
  let slices = 0;
  for (const [axis, index] of unit) {
    const values = scores(axis);
    if (values === null) continue;
    sum += values[index]!;
    slices += 1;
  }
  return slices === 0 ? null : sum / slices;
}

function remembered(compute: AxisScores): AxisScores {
  const known = new Map<number, Float64Array | null>();
  return (axis) => {
    const found = known.get(axis);
    if (found !== undefined) return found;
    const computed = compute(axis);
    known.set(axis, computed);
    return computed;
  };
}

/** Mean |w|^p of each slice of a weight along an axis; null for what is no weight (activations, biases). */
function sliceMeans(graph: Graph, spaces: AxisSpaces, id: number, power: 1 | 2): Float64Array | null {
  const { tensor, axis } = spaces.axisOf(id);
  const weight = graph.initializers.get(tensor);
  if (weight === undefined || (weight.dataType !== DataType.FLOAT && weight.dataType !== DataType.FLOAT16)) return null;
  const shape = tensorShape(weight);
  if (shape.length < 2) return null;
  const values = tensorValues(weight) as Float32Array | Float16Array;
  const size = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const sums = new Float64Array(size);
  for (let at = 0, index = 0; at < values.length; index = index + 1 === size ? 0 : index + 1) {
    let sum = 0;
    for (const end = at + inner; at < end; at += 1)
      sum += power === 1 ? Math.abs(values[at]!) : values[at]! * values[at]!;
    sums[index]! += sum;
  }
  return sums.map((sum) => (sum * size) / values.length);
}
