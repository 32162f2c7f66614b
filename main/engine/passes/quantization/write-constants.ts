/** Writes weights and biases as integers followed by DequantizeLinear. */
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { DataType } from '../../onnx/proto.ts';
import { makeTensor } from '../../onnx/tensor.ts';
import { quantizeBias, scalesForBias } from './bias.ts';
import type { WeightUse } from './plan-static.ts';
import { qdqNode, writeScale } from './qdq-writer.ts';
import type { QdqWriter } from './qdq-writer.ts';
import { floatValues, quantizedWeight, weightParameters } from './quantize-weight.ts';
import type { WeightOptions, WeightParameters } from './quantize-weight.ts';
import { scaleOwner } from './static-parameters.ts';

export type WeightChoice = Omit<WeightOptions, 'axis'>;

export interface WrittenConstants {
  /** Node → input index → the tensor to read instead. */
  readonly inputs: ReadonlyMap<NodeProto, ReadonlyMap<number, string>>;
  /** Biases with values outside int32, which were clipped. */
  readonly clippedBiases: readonly string[];
  /** Weights whose steps were made larger so that the bias fits int32. */
  readonly enlargedWeights: readonly string[];
}

/** Weights are written once for each axis they are cut along, biases once for each node, as their scale is the node's. */
export function writeConstants(writer: QdqWriter, choice: WeightChoice): WrittenConstants {
  const uses = writer.plan.weights;
  const parameters = new Map<string, WeightParameters>();
  for (const { tensor, axis } of uses) {
    const key = weightKey(tensor, axis);
    if (!parameters.has(key)) parameters.set(key, weightParameters(tensor, { ...choice, axis }));
  }
  const enlargedWeights = enlargeForBiases(writer, uses, parameters);
  const written = new Map<string, string>();
  const inputs = new Map<NodeProto, ReadonlyMap<number, string>>();
  const clippedBiases: string[] = [];
  for (const use of uses) {
    const key = weightKey(use.tensor, use.axis);
    const found = parameters.get(key)!;
    if (!written.has(key)) written.set(key, writeWeight(writer, use.tensor, found));
    const own = new Map([[1, written.get(key)!]]);
    if (use.bias !== null) {
      const { name, clipped } = writeBias(writer, use.bias, inputScale(writer, use), found);
      own.set(2, name);
      if (clipped > 0) clippedBiases.push(use.bias.name);
    }
    inputs.set(use.node, own);
  }
  return { inputs, clippedBiases, enlargedWeights };
}

const weightKey = (tensor: TensorProto, axis: number | null): string => `${axis ?? 'all'} ${tensor.name}`;

const inputScale = ({ plan, parameters }: QdqWriter, { node }: WeightUse): number =>
  parameters.get(scaleOwner(plan, node.input[0]!))!.scale;

function enlargeForBiases(
  writer: QdqWriter,
  uses: readonly WeightUse[],
  parameters: Map<string, WeightParameters>,
): string[] {
  const enlarged = new Set<string>();
  for (const use of uses) {
    const key = weightKey(use.tensor, use.axis);
    const found = parameters.get(key)!;
    if (use.bias === null || found.type !== 'int8' || found.zeroPoints.some((zeroPoint) => zeroPoint !== 0)) continue;
    const scales = scalesForBias(floatValues(use.bias), inputScale(writer, use), found.scales, use.axis !== null);
    if (scales === null) continue;
    parameters.set(key, { ...found, scales });
    enlarged.add(use.tensor.name);
  }
  return [...enlarged];
}

function writeWeight(writer: QdqWriter, tensor: TensorProto, parameters: WeightParameters): string {
  const { axis, scales, zeroPoints } = parameters;
  const integers = quantizedWeight(writer.nameOf(`${tensor.name}_quantized`), tensor, parameters);
  const names = writeScale(writer, tensor.name, scales, zeroPoints, axis !== null);
  return dequantize(writer, tensor.name, integers, names, axis);
}

function writeBias(
  writer: QdqWriter,
  bias: TensorProto,
  scale: number,
  weight: WeightParameters,
): { readonly name: string; readonly clipped: number } {
  const { values, scales, clipped } = quantizeBias(floatValues(bias), scale, weight.scales);
  const perChannel = weight.axis !== null;
  const integers = makeTensor(writer.nameOf(`${bias.name}_quantized`), DataType.INT32, [values.length], values);
  const names = writeScale(writer, bias.name, scales, new Int32Array(scales.length), perChannel);
  return { name: dequantize(writer, bias.name, integers, names, perChannel ? 0 : null), clipped };
}

function dequantize(
  writer: QdqWriter,
  name: string,
  integers: TensorProto,
  scale: readonly [string, string],
  axis: number | null,
): string {
  const output = writer.nameOf(`${name}_dequantized`);
  writer.initializers.push(integers);
  writer.nodes.push(qdqNode(writer, 'DequantizeLinear', [integers.name, ...scale], output, axis));
  return output;
}
