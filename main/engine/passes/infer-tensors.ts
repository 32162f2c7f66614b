import { create } from '@bufbuild/protobuf';
import type { Graph } from '../graph/graph.ts';
import { DataType, ValueInfoProtoSchema } from '../onnx/proto.ts';
import type { TensorProto } from '../onnx/proto.ts';
import { elementTypeName, tensorBytes, tensorShape } from '../onnx/tensor.ts';
import type { OpenSession, Session } from '../ports.ts';
import { partOf } from './part-of-model.ts';

/** What ONNX Runtime infers of a tensor. */
export interface InferredTensor {
  /** As in `TensorInfo`; `unknown` for sequences and the like. */
  readonly elementType: string;
  /** An empty shape can also mean an unknown rank. */
  readonly shape: Session['outputs'][number]['shape'];
}

/** Larger float weights are not needed to infer types and shapes. */
const smallBytes = 1024;

/**
 * Types and shapes of all tensors of the main graph by name: inputs, initializers and node outputs, as ONNX Runtime
 * infers them when it opens the model. Large weights are left out (an input of the same type and shape stands for each), so that it
 * takes no more memory than the graph without them. Raises `invalid-model` where ONNX Runtime refuses the model.
 */
export async function inferTensors(
  graph: Graph,
  openSession: OpenSession,
): Promise<ReadonlyMap<string, InferredTensor>> {
  const large = [...graph.initializers.values()].filter(
    (tensor) => isFloat(tensor) && tensorBytes(tensor) > smallBytes,
  );
  const largeNames = new Set(large.map(({ name }) => name));
  const outputs = [...new Set(graph.nodes.flatMap((node) => node.output.filter((name) => name !== '')))];
  const inputs = [...graph.inputs.filter(({ name }) => !largeNames.has(name)), ...large.map(inputLike)];
  const part = partOf(graph, { nodes: graph.nodes, inputs, outputs, without: largeNames });
  const session = await openSession(part, { graphOptimization: 'disabled', threads: 1 });
  try {
    const known = new Map<string, InferredTensor>();
    for (const tensor of graph.initializers.values()) {
      known.set(tensor.name, { elementType: elementTypeName(tensor.dataType ?? 0), shape: tensorShape(tensor) });
    }
    for (const { name, elementType, shape } of [...session.inputs, ...session.outputs])
      known.set(name, { elementType, shape });
    return known;
  } finally {
    await session.release();
  }
}

const isFloat = ({ dataType }: TensorProto): boolean =>
  dataType === DataType.FLOAT || dataType === DataType.FLOAT16 || dataType === DataType.DOUBLE;

const inputLike = (tensor: TensorProto): ReturnType<typeof tensorInput> =>
  tensorInput(tensor.name, tensor.dataType ?? 0, tensorShape(tensor));

/** A graph input or output of a type and shape; a text is a symbolic size. */
export const tensorInput = (name: string, dataType: number, shape: readonly (number | string)[]) =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dataType,
          shape: {
            dim: shape.map((size) => ({
              value:
                typeof size === 'number'
                  ? { case: 'dimValue' as const, value: BigInt(size) }
                  : { case: 'dimParam' as const, value: size },
            })),
          },
        },
      },
    },
  });
