import type { Graph } from '../../graph/graph.ts';
import { DataType, makeNode } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { makeTensor } from '../../onnx/tensor.ts';
import { integerDataType } from './affine.ts';
import type { IntegerType, ScaleZeroPoint } from './affine.ts';
import type { StaticPlan } from './plan-static.ts';

/** Names of a scale and a zero point. */
export type ScaleNames = readonly [scale: string, zeroPoint: string];

/** What is written so far, and what it is written from. */
export interface QdqWriter {
  readonly graph: Graph;
  readonly plan: StaticPlan;
  /** Of activations that own a scale. */
  readonly parameters: ReadonlyMap<string, ScaleZeroPoint>;
  readonly nameOf: (wanted: string) => string;
  /** Domain of QuantizeLinear and DequantizeLinear. */
  readonly domain: string;
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
}

/** A QuantizeLinear or DequantizeLinear node, named after its output. */
export const qdqNode = (
  writer: QdqWriter,
  operator: 'QuantizeLinear' | 'DequantizeLinear',
  inputs: readonly string[],
  output: string,
  axis: number | null = null,
): NodeProto =>
  makeNode(operator, inputs, [output], {
    name: writer.nameOf(`${output}_${operator}`),
    ...(writer.domain === '' ? {} : { domain: writer.domain }),
    attributes: axis === null ? {} : { axis },
  });

/** Writes scales and zero points (scalars where `perChannel` is false) and gives their names. */
export function writeScale(
  writer: QdqWriter,
  tensor: string,
  scales: Float32Array,
  zeroPoints: Int8Array | Uint8Array | Int32Array,
  perChannel: boolean,
): ScaleNames {
  const scale = writer.nameOf(`${tensor}_scale`);
  const zeroPoint = writer.nameOf(`${tensor}_zero_point`);
  const shape = perChannel ? [scales.length] : [];
  const integerType =
    zeroPoints instanceof Int32Array
      ? DataType.INT32
      : integerDataType[zeroPoints instanceof Int8Array ? 'int8' : 'uint8'];
  writer.initializers.push(makeTensor(scale, DataType.FLOAT, shape, scales));
  writer.initializers.push(makeTensor(zeroPoint, integerType, shape, zeroPoints));
  return [scale, zeroPoint];
}

/** Writes the scale of an activation. */
export const writeActivationScale = (
  writer: QdqWriter,
  tensor: string,
  { scale, zeroPoint }: ScaleZeroPoint,
  type: IntegerType,
): ScaleNames =>
  writeScale(
    writer,
    tensor,
    Float32Array.of(scale),
    type === 'int8' ? Int8Array.of(zeroPoint) : Uint8Array.of(zeroPoint),
    false,
  );
