/** Convolutions and products as linear maps: rows of inputs, the weights as a matrix with the bias as its last row. */
import type { Graph } from '../../../graph/graph.ts';
import { DataType, floatAttribute, intAttribute, intsAttribute, stringAttribute } from '../../../onnx/proto.ts';
import type { NodeProto } from '../../../onnx/proto.ts';
import { tensorShape, tensorValues } from '../../../onnx/tensor.ts';
import type { TensorValue } from '../../../ports.ts';

export interface LinearLayer {
  readonly node: NodeProto;
  /** Inputs of the map, bias not counted. */
  readonly inputs: number;
  readonly outputs: number;
  /** (inputs + 1) × outputs, row-major. */
  readonly matrix: () => Float64Array;
  /** Values of the weight tensor and of the bias from such a matrix. */
  readonly tensorsOf: (matrix: Float64Array) => { readonly weight: Float32Array; readonly bias: Float32Array };
  /** How many rows an output tensor of this shape gives. */
  readonly rowsOf: (outputShape: readonly number[]) => number;
  /** Writes row `row` of the inputs at `x[k · stride + place]`, k over inputs. */
  readonly readInputs: (
    input: TensorValue,
    outputShape: readonly number[],
    row: number,
    x: Float64Array,
    stride: number,
    place: number,
  ) => void;
  /** Reads output `o` of a row. */
  readonly readOutput: (output: TensorValue, row: number, o: number) => number;
}

/** The layer of a node, or null where it is none that can be fitted (grouped, computed or shared weights, not float32). */
export function linearLayer(node: NodeProto, graph: Graph): LinearLayer | null {
  const weight = graph.initializers.get(node.input[1] ?? '');
  if (weight?.dataType !== DataType.FLOAT || graph.consumersOf(weight.name).length > 1) return null;
  if (node.opType === 'Conv') return convLayer(node, graph);
  if (node.opType === 'Gemm' || node.opType === 'MatMul') return productLayer(node, graph);
  return null;
}

const biasOf = (node: NodeProto, graph: Graph, outputs: number): Float32Array | null => {
  const name = node.input[2] ?? '';
  if (name === '') return new Float32Array(outputs);
  const bias = graph.initializers.get(name);
  if (bias?.dataType !== DataType.FLOAT || graph.consumersOf(name).length > 1) return null;
  const values = tensorValues(bias) as Float32Array;
  return values.length === outputs ? values : null;
};

function convLayer(node: NodeProto, graph: Graph): LinearLayer | null {
  const weight = graph.initializers.get(node.input[1]!)!;
  const shape = tensorShape(weight);
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  if (shape.length !== 4 || intAttribute(node, 'group', 1) !== 1 || !['NOTSET', 'VALID'].includes(autoPad)) return null;
  const [outputs = 0, channels = 0, height = 0, width = 0] = shape;
  const inputs = channels * height * width;
  const bias = biasOf(node, graph, outputs);
  if (bias === null) return null;
  const [strideY = 1, strideX = 1] = intsAttribute(node, 'strides') ?? [];
  const [dilationY = 1, dilationX = 1] = intsAttribute(node, 'dilations') ?? [];
  const [padTop = 0, padLeft = 0] = intsAttribute(node, 'pads') ?? [];
  return {
    node,
    inputs,
    outputs,
    matrix: () => transposed(tensorValues(weight) as Float32Array, bias, inputs, outputs),
    tensorsOf: (matrix) => ({ weight: untransposed(matrix, inputs, outputs), bias: lastRow(matrix, inputs, outputs) }),
    rowsOf: ([batch = 0, , outHeight = 0, outWidth = 0]) => batch * outHeight * outWidth,
    readInputs: (input, [, , outHeight = 1, outWidth = 1], row, x, stride, place) => {
      const values = input.values as Float32Array;
      const [, , inHeight = 0, inWidth = 0] = input.shape;
      const example = Math.floor(row / (outHeight * outWidth));
      const top = (Math.floor(row / outWidth) % outHeight) * strideY - padTop;
      const left = (row % outWidth) * strideX - padLeft;
      let k = 0;
      for (let channel = 0; channel < channels; channel += 1) {
        const base = (example * channels + channel) * inHeight * inWidth;
        for (let ky = 0; ky < height; ky += 1) {
          const y = top + ky * dilationY;
          for (let kx = 0; kx < width; kx += 1, k += 1) {
            const at = left + kx * dilationX;
            const inside = y >= 0 && y < inHeight && at >= 0 && at < inWidth;
            x[k * stride + place] = inside ? values[base + y * inWidth + at]! : 0;
          }
        }
      }
    },
    readOutput: ({ values, shape: [, all = 1, outHeight = 1, outWidth = 1] }, row, o) => {
      const pixels = outHeight * outWidth;
      return (values as Float32Array)[(Math.floor(row / pixels) * all + o) * pixels + (row % pixels)]!;
    },
  };
}

function productLayer(node: NodeProto, graph: Graph): LinearLayer | null {
  const weight = graph.initializers.get(node.input[1]!)!;
  const shape = tensorShape(weight);
  const isGemm = node.opType === 'Gemm';
  const plain =
    !isGemm ||
    (floatAttribute(node, 'alpha', 1) === 1 &&
      floatAttribute(node, 'beta', 1) === 1 &&
      intAttribute(node, 'transA', 0) === 0);
  // A bias can only be stated by Gemm.
  if (shape.length !== 2 || !plain || !isGemm) return null;
  const transB = intAttribute(node, 'transB', 0) === 1;
  const [outputs, inputs] = (transB ? shape : [shape[1], shape[0]]) as [number, number];
  const bias = biasOf(node, graph, outputs);
  if (bias === null) return null;
  return {
    node,
    inputs,
    outputs,
    matrix: () => {
      const values = tensorValues(weight) as Float32Array;
      return transB ? transposed(values, bias, inputs, outputs) : Float64Array.from([...values, ...bias]);
    },
    tensorsOf: (matrix) => ({
      weight: transB ? untransposed(matrix, inputs, outputs) : Float32Array.from(matrix.subarray(0, inputs * outputs)),
      bias: lastRow(matrix, inputs, outputs),
    }),
    rowsOf: ([rows = 0]) => rows,
    readInputs: (input, _, row, x, stride, place) => {
      const values = input.values as Float32Array;
      for (let k = 0; k < inputs; k += 1) x[k * stride + place] = values[row * inputs + k]!;
    },
    readOutput: ({ values, shape: [, all = 1] }, row, o) => (values as Float32Array)[row * all + o]!,
  };
}

function transposed(values: Float32Array, bias: Float32Array, inputs: number, outputs: number): Float64Array {
  const matrix = new Float64Array((inputs + 1) * outputs);
  for (let o = 0; o < outputs; o += 1) {
    for (let k = 0; k < inputs; k += 1) matrix[k * outputs + o] = values[o * inputs + k]!;
    matrix[inputs * outputs + o] = bias[o]!;
  }
  return matrix;
}

function untransposed(matrix: Float64Array, inputs: number, outputs: number): Float32Array {
  const values = new Float32Array(inputs * outputs);
  for (let o = 0; o < outputs; o += 1)
    for (let k = 0; k < inputs; k += 1) values[o * inputs + k] = matrix[k * outputs + o]!;
  return values;
}

const lastRow = (matrix: Float64Array, inputs: number, outputs: number): Float32Array =>
  Float32Array.from(matrix.subarray(inputs * outputs, (inputs + 1) * outputs));
