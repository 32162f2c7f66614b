/**
 * What static quantization does with each operator. Only operators for which ONNX Runtime's CPU provider has an 8-bit kernel, or
 * which only move values, are listed: around any other, integers would be turned to floats and back for nothing.
 */

/** How the tensors of an operator are quantized. */
export type OperatorKind =
  /** Has constant weights; fuses to QLinearConv when its output is quantized too. */
  | 'convolution'
  /** Product with a constant matrix; its output may stay float (`MatMulIntegerToFloat`). */
  | 'product'
  /** Vanishes into the quantized output before it, whose range ends where it cuts. */
  | 'activation'
  /** Moves values: the output has the input's scale; quantized only after a quantized input. */
  | 'movement'
  /** Quantized only where all inputs already are, so that constants and floats keep their precision. */
  | 'combination'
  /** One quantized input, an output with a range of its own. */
  | 'function';

export const operatorKinds: Readonly<Record<string, OperatorKind>> = {
  Conv: 'convolution',
  ConvTranspose: 'convolution',
  Gemm: 'product',
  MatMul: 'product',
  Relu: 'activation',
  Clip: 'activation',
  Reshape: 'movement',
  Flatten: 'movement',
  Squeeze: 'movement',
  Unsqueeze: 'movement',
  Transpose: 'movement',
  Slice: 'movement',
  Split: 'movement',
  Gather: 'movement',
  Expand: 'movement',
  DepthToSpace: 'movement',
  MaxPool: 'movement',
  AveragePool: 'movement',
  Resize: 'movement',
  Pad: 'movement',
  Add: 'combination',
  Mul: 'combination',
  Concat: 'combination',
  GlobalAveragePool: 'function',
  LeakyRelu: 'function',
  Sigmoid: 'function',
  Softmax: 'function',
};

/** Quantized unless the person names others. The rest loses accuracy or time on a CPU (ConvTranspose has no 8-bit kernel there). */
export const defaultOperators: readonly string[] = Object.keys(operatorKinds).filter(
  (operator) => !['ConvTranspose', 'LeakyRelu', 'Sigmoid', 'Softmax'].includes(operator),
);

/** The opset from which ONNX Runtime moves 8-bit integers through the operator. */
const firstOpset: Readonly<Record<string, number>> = { MaxPool: 12, Resize: 11, Expand: 8, DepthToSpace: 11, Pad: 10 };

/** Whether an operator of this opset takes 8-bit integers. */
export const takesIntegers = (operator: string, opset: number): boolean => opset >= (firstOpset[operator] ?? 1);

/** Axis of output channels in the weight of a convolution or product, or null where it has none that a kernel could use. */
export function channelAxis(operator: string, rank: number, transposed: boolean): number | null {
  if (operator === 'Conv') return 0;
  if (operator === 'ConvTranspose') return 1;
  if (rank !== 2) return null;
  return operator === 'Gemm' && transposed ? 0 : 1;
}
