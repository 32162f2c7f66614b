import type { TensorProto } from '../../onnx/proto.ts';
import { DataType } from '../../onnx/proto.ts';
import { makeTensor, tensorShape, tensorValues, withFloatValues } from '../../onnx/tensor.ts';
import {
  channelLayout,
  channelRanges,
  integerDataType,
  integerRange,
  quantizeValues,
  scaleAndZeroPoint,
} from './affine.ts';
import type { IntegerType } from './affine.ts';

export interface WeightOptions {
  readonly type: IntegerType;
  readonly symmetric: boolean;
  readonly reduceRange: boolean;
  /** Axis with a scale for each index; null = one scale for all. */
  readonly axis: number | null;
}

/** How a weight is to be cut into integers; scales and zero points have one entry a channel. */
export interface WeightParameters {
  readonly type: IntegerType;
  readonly axis: number | null;
  readonly scales: Float32Array;
  readonly zeroPoints: Int8Array | Uint8Array;
}

/** Whether a constant holds float32 values, the only ones that are quantized. */
export const isFloatTensor = (tensor: TensorProto): boolean => tensor.dataType === DataType.FLOAT;

/** The values of a float32 constant. */
export const floatValues = (tensor: TensorProto): Float32Array => tensorValues(tensor) as Float32Array;

const zeroPointArray = (type: IntegerType, length: number): Int8Array | Uint8Array =>
  type === 'int8' ? new Int8Array(length) : new Uint8Array(length);

/** Scales and zero points of a weight; channels are always symmetric, as QLinearConv wants one zero point. Raises `invalid-model` on NaN. */
export function weightParameters(tensor: TensorProto, options: WeightOptions): WeightParameters {
  const { type, axis, reduceRange } = options;
  const symmetric = options.symmetric || axis !== null;
  const layout = channelLayout(tensorShape(tensor), axis);
  const { lows, highs } = withFloatValues(tensor, (values) => channelRanges(values, layout, tensor.name));
  const range = integerRange(type, { symmetric, reduceRange });
  const scales = new Float32Array(layout.channels);
  const zeroPoints = zeroPointArray(type, layout.channels);
  for (let channel = 0; channel < layout.channels; channel += 1) {
    const found = scaleAndZeroPoint(lows[channel]!, highs[channel]!, range, symmetric);
    scales[channel] = found.scale;
    zeroPoints[channel] = found.zeroPoint;
  }
  return { type, axis, scales, zeroPoints };
}

/** The integers of a weight, as a tensor of that name. */
export function quantizedWeight(name: string, tensor: TensorProto, parameters: WeightParameters): TensorProto {
  const shape = tensorShape(tensor);
  const { type, axis, scales, zeroPoints } = parameters;
  const values = withFloatValues(tensor, (floats) =>
    quantizeValues(floats, channelLayout(shape, axis), type, scales, zeroPoints),
  );
  return makeTensor(name, integerDataType[type], shape, values);
}
