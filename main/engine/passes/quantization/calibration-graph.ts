/** Models that tell the ranges or the values of tensors inside another model. */
import { create } from '@bufbuild/protobuf';
import type { Graph } from '../../graph/graph.ts';
import { nameGiver, withChanges } from '../../graph/graph.ts';
import { ValueInfoProtoSchema, makeNode } from '../../onnx/proto.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { int64Tensor } from '../../onnx/tensor.ts';

/** A graph whose only outputs are vectors with an entry for each tensor, in the order of the tensors. */
export interface RangeGraph {
  readonly graph: Graph;
  readonly lows: string;
  readonly highs: string;
  /** Sums, which are NaN where any value is: extremes pass over NaN. */
  readonly sums: string;
  /** The smallest magnitudes, and how many values there are (int64), where they were asked for. */
  readonly magnitudes: { readonly smallest: string; readonly sizes: string } | null;
}

/** Appends reductions of the tensors. One vector is one output: a run hands over few values however many tensors there are. */
export function rangeGraph(graph: Graph, tensors: readonly string[], withMagnitudes: boolean): RangeGraph {
  const nameOf = nameGiver(graph);
  const nodes: NodeProto[] = [];
  const shape = nameOf('calibration_shape');
  const vectorOf = (label: string, reduce: (tensor: string, output: string) => void): string => {
    const parts = tensors.map((tensor) => {
      const scalar = nameOf(`${tensor}_${label}`);
      const entry = nameOf(`${scalar}_entry`);
      reduce(tensor, scalar);
      nodes.push(makeNode('Reshape', [scalar, shape], [entry]));
      return entry;
    });
    const vector = nameOf(`calibration_${label}`);
    nodes.push(makeNode('Concat', parts, [vector], { attributes: { axis: 0 } }));
    return vector;
  };
  const reducer = (operator: string) => (tensor: string, output: string) =>
    nodes.push(makeNode(operator, [tensor], [output], { attributes: { keepdims: 0 } }));
  const lows = vectorOf('lows', reducer('ReduceMin'));
  const highs = vectorOf('highs', reducer('ReduceMax'));
  const sums = vectorOf('sums', reducer('ReduceSum'));
  const magnitudes = withMagnitudes
    ? {
        smallest: vectorOf('magnitudes', (tensor, output) => {
          const absolute = nameOf(`${tensor}_absolute`);
          nodes.push(makeNode('Abs', [tensor], [absolute]));
          reducer('ReduceMin')(absolute, output);
        }),
        sizes: vectorOf('sizes', (tensor, output) => nodes.push(makeNode('Size', [tensor], [output]))),
      }
    : null;
  const outputs = [lows, highs, sums, ...Object.values(magnitudes ?? {})].map(outputNamed);
  const initializers = [...graph.initializers.values(), int64Tensor(shape, [1])];
  return {
    graph: withChanges(graph, { nodes: [...graph.nodes, ...nodes], initializers, outputs }),
    lows,
    highs,
    sums,
    magnitudes,
  };
}

/** The graph with the tensors as its only outputs; ONNX Runtime finds out their types. */
export const tapGraph = (graph: Graph, tensors: readonly string[]): Graph =>
  withChanges(graph, { outputs: tensors.map(outputNamed) });

const outputNamed = (name: string) => create(ValueInfoProtoSchema, { name });
