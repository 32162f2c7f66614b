/** What the rules of dynamic quantization write in common: quantized inputs, weights and scaled sums. */
import { DataType, makeNode, withOutputs } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { makeTensor, renameTensor, tensorValues } from '../../onnx/tensor.ts';
import { integerDataType } from './affine.ts';
import type { IntegerType } from './affine.ts';
import type { NodeWriter } from './rewrite-nodes.ts';
import { transposeLast } from './transpose-last.ts';

/** How weights are cut. */
export interface DynamicChoice {
  readonly type: IntegerType;
  readonly convolutionType: IntegerType;
  readonly perChannel: boolean;
  readonly reduceRange: boolean;
}

/** What is written so far. */
export interface DynamicParts {
  readonly choice: DynamicChoice;
  /** Activation → its integers, scale and zero point. */
  readonly activations: Map<string, readonly [integers: string, scale: string, zeroPoint: string]>;
  /** Weight and how it is cut → what was written of it. */
  readonly weights: Map<string, WrittenWeight>;
}
/** A graph that is being written with dynamic quantization. */
export type DynamicWriter = NodeWriter & DynamicParts;

/** Names of a weight's tensors. */
export interface WrittenWeight {
  readonly integers: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/** What a pass needs to start writing. */
export const dynamicParts = (choice: DynamicChoice): DynamicParts => ({
  choice,
  activations: new Map(),
  weights: new Map(),
});

/** A weight to write. */
export interface WeightContent {
  readonly integers: TensorProto;
  readonly scales: Float32Array;
  readonly zeroPoints: Int8Array | Uint8Array;
  readonly scaleShape: readonly number[];
}

/** Writes a weight the first time that it is cut so. */
export function once(
  writer: DynamicWriter,
  weight: TensorProto,
  how: string,
  make: () => WeightContent,
): WrittenWeight {
  const key = `${how} ${weight.name}`;
  const known = writer.weights.get(key);
  if (known !== undefined) return known;
  const { integers, scales, zeroPoints, scaleShape } = make();
  const written = {
    integers: writer.nameOf(`${weight.name}_quantized`),
    scale: writer.nameOf(`${weight.name}_scale`),
    zeroPoint: writer.nameOf(`${weight.name}_zero_point`),
  };
  const zeroShape = zeroPoints.length === scales.length ? scaleShape : [];
  const type = zeroPoints instanceof Int8Array ? 'int8' : 'uint8';
  writer.initializers.push(
    renameTensor(integers, written.integers),
    makeTensor(written.scale, DataType.FLOAT, scaleShape, scales),
    makeTensor(written.zeroPoint, integerDataType[type], zeroShape, zeroPoints),
  );
  writer.weights.set(key, written);
  return written;
}

/** Integers [rows, columns] as [columns, rows]. */
export function transposedTensor(tensor: TensorProto, rows: number, columns: number): TensorProto {
  const values = tensorValues(tensor) as Int8Array | Uint8Array;
  return makeTensor(tensor.name, tensor.dataType, [columns, rows], transposeLast(values, rows, columns));
}

/** An activation is quantized once, however many nodes read it. */
export function dynamicInput(writer: DynamicWriter, tensor: string): readonly [string, string, string] {
  const known = writer.activations.get(tensor);
  if (known !== undefined) return known;
  const outputs = [
    writer.nameOf(`${tensor}_quantized`),
    writer.nameOf(`${tensor}_scale`),
    writer.nameOf(`${tensor}_zero_point`),
  ] as const;
  writer.nodes.push(
    makeNode('DynamicQuantizeLinear', [tensor], outputs, { name: writer.nameOf(`${tensor}_DynamicQuantizeLinear`) }),
  );
  writer.activations.set(tensor, outputs);
  return outputs;
}

/** The integer product as floats: multiplied by both scales, then the addend. */
export function writeScaled(
  writer: DynamicWriter,
  node: NodeProto,
  product: NodeProto,
  scales: readonly [string, string],
  added: string | null,
): void {
  const output = node.output[0]!;
  const name = (label: string): string => writer.nameOf(`${output}_${label}`);
  const [sums, floats, scale] = [name('sums'), name('sums_float'), name('scale')];
  const scaled = added === null ? output : name('scaled');
  writer.nodes.push(
    withOutputs(product, [sums]),
    makeNode('Cast', [sums], [floats], { ...named(writer, node, 'Cast'), attributes: { to: DataType.FLOAT } }),
    makeNode('Mul', scales, [scale], named(writer, node, 'scale_Mul')),
    makeNode('Mul', [floats, scale], [scaled], named(writer, node, 'Mul')),
  );
  if (added !== null) writer.nodes.push(makeNode('Add', [scaled, added], [output], named(writer, node, 'Add')));
}

/** A name for a node that stands for another. */
export const named = (writer: DynamicWriter, node: NodeProto, label: string): { name: string } => ({
  name: writer.nameOf(`${node.name || node.output[0]}_${label}`),
});
