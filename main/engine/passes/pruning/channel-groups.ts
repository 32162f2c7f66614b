/** The groups of channels that a graph's structure ties together, those that may lose some and those that may not. */
import type { Graph } from '../../graph/graph.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { intAttribute } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { tensorShape } from '../../onnx/tensor.ts';
import { createAxisSpaces } from './axis-spaces.ts';
import type { AxisSpaces } from './axis-spaces.ts';
import { tieAxes } from './operator-rules.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

/** Elements (axis id, index) that can only be removed together. */
export type Unit = readonly (readonly [axis: number, index: number])[];

export interface ChannelGroup {
  /** The layer that makes its channels, or several joined by `+`. */
  readonly name: string;
  /** The nodes that make its channels, by name (by first output where they have none). */
  readonly producers: readonly string[];
  readonly units: readonly Unit[];
}

export interface LockedGroup {
  readonly name: string;
  readonly producers: readonly string[];
  readonly channels: number;
  readonly reason: string;
}

export interface ChannelGroups {
  readonly spaces: AxisSpaces;
  readonly groups: readonly ChannelGroup[];
  readonly locked: readonly LockedGroup[];
}

/** A weight axis along which a layer makes its outputs. */
interface OutputAxis {
  readonly node: NodeProto;
  readonly weight: string;
  readonly axis: number;
}

/**
 * Groups of the main graph. `tensors` are symbolic shapes as ONNX Runtime infers them. `isProtected` keeps the channels
 * that a node makes.
 */
export function channelGroups(
  graph: Graph,
  tensors: TensorTable,
  isProtected: (node: NodeProto) => boolean = () => false,
): ChannelGroups {
  const constants = new Map([...graph.initializers].map(([name, tensor]) => [name, tensorShape(tensor)]));
  const shapeOf = (tensor: string) => constants.get(tensor) ?? tensors.get(tensor)?.shape ?? null;
  const spaces = createAxisSpaces(shapeOf);
  tieAxes(graph, spaces, shapeOf);
  const outputs = graph.nodes.flatMap((node) => outputAxis(node, graph, shapeOf));
  for (const { node, weight, axis } of outputs)
    if (isProtected(node)) spaces.lock(weight, axis, say('nodeProtected', { node: node.name }));
  const producersOf = new Map<number, OutputAxis[]>();
  for (const output of outputs) {
    const id = spaces.idOf(output.weight, output.axis);
    if (id !== undefined) producersOf.set(id, [...(producersOf.get(id) ?? []), output]);
  }
  const groups: ChannelGroup[] = [];
  const locked: LockedGroup[] = [];
  for (const { axes, lock } of spaces.groups()) {
    const producers = axes.flatMap((axis) => producersOf.get(axis) ?? []);
    if (producers.length === 0) continue;
    if (lock === null) groups.push(...splitByProducers(spaces.units(axes), producersOf));
    else
      locked.push({
        name: nameOf(producers),
        producers: producers.map(({ node }) => labelOf(node)),
        channels: Math.max(...producers.map(({ weight, axis }) => shapeOf(weight)![axis] as number)),
        reason: lock,
      });
  }
  return { spaces, groups, locked };
}

/** Conv W[out, in…], ConvTranspose W[in, out…], Gemm and MatMul by their layout. */
function outputAxis(
  node: NodeProto,
  graph: Graph,
  shapeOf: (tensor: string) => readonly unknown[] | null,
): OutputAxis[] {
  if (node.domain !== '') return [];
  const weight = node.input[1] ?? '';
  if (graph.constantOf(weight) === undefined) return [];
  const rank = shapeOf(weight)?.length ?? 0;
  switch (node.opType) {
    case 'Conv':
      return [{ node, weight, axis: 0 }];
    case 'ConvTranspose':
      return intAttribute(node, 'group', 1) === 1 ? [{ node, weight, axis: 1 }] : [];
    case 'Gemm':
      return [{ node, weight, axis: 1 - intAttribute(node, 'transB', 0) }];
    case 'MatMul':
      return rank < 2 ? [] : [{ node, weight, axis: rank - 1 }];
    default:
      return [];
  }
}

/** Tied axes can still hold independent parts (the inputs of a Concat): units made by the same layers are ranked together. */
function splitByProducers(
  units: readonly Unit[],
  producersOf: ReadonlyMap<number, readonly OutputAxis[]>,
): ChannelGroup[] {
  const parts = new Map<string, { producers: OutputAxis[]; units: Unit[] }>();
  for (const unit of units) {
    const producers = [...new Set(unit.flatMap(([axis]) => producersOf.get(axis) ?? []))];
    if (producers.length === 0) continue;
    const key = nameOf(producers);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { producers, units: [unit] });
    else part.units.push(unit);
  }
  return [...parts].map(([name, part]) => ({
    name,
    producers: part.producers.map(({ node }) => labelOf(node)),
    units: part.units,
  }));
}

const labelOf = (node: NodeProto): string => node.name || node.output[0]!;
const nameOf = (producers: readonly OutputAxis[]): string =>
  [...new Set(producers.map(({ node }) => labelOf(node)))].join(' + ');
