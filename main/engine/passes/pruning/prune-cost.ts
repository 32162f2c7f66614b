/** Parameters and multiply-accumulates of a graph with some units gone, without slicing it. */
import type { Graph } from '../../graph/graph.ts';
import type { TensorTable } from '../../graph/infer-shapes.ts';
import { nodeMacs } from '../../graph/node-macs.ts';
import { tensorShape } from '../../onnx/tensor.ts';
import type { Removal } from './slice-graph.ts';

export interface PruneCost {
  readonly parameters: number;
  readonly macs: number;
}

/** `shapes` are concrete, of the graph as it is. Nodes whose shapes are not known count nothing. */
export function costWithout(graph: Graph, shapes: TensorTable, removal: Removal): PruneCost {
  const after = (tensor: string, shape: readonly number[]): number[] =>
    shape.map((size, axis) => removal.sizeAfter(tensor, axis, size));
  let parameters = 0;
  for (const [name, tensor] of graph.initializers)
    parameters += after(name, tensorShape(tensor)).reduce((product, size) => product * size, 1);
  const shapeOf = (tensor: string): readonly number[] | undefined => {
    const constant = graph.initializers.get(tensor);
    const shape = constant === undefined ? shapes.get(tensor)?.shape : tensorShape(constant);
    return shape?.every((size) => typeof size === 'number') === true ? after(tensor, shape as number[]) : undefined;
  };
  const macs = graph.nodes.reduce((sum, node) => sum + (nodeMacs(node, shapeOf) ?? 0), 0);
  return { parameters, macs };
}
