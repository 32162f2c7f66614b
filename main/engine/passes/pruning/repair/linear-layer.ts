/**
 * Convolutions and products as linear maps: rows of inputs, the weights as a matrix with the bias as its last row. A grouped
 * or depthwise convolution is several maps (parts), each with its own inputs and outputs.
 */
import type { Graph } from '../../../graph/graph.ts';
import { DataType, floatAttribute, intAttribute, intsAttribute, stringAttribute } from '../../../onnx/proto.ts';
import type { NodeProto } from '../../../onnx/proto.ts';
import { tensorShape, tensorValues } from '../../../onnx/tensor.ts';
import type { TensorValue } from '../../../ports.ts';

export interface LinearLayer {
  readonly node: NodeProto;
  readonly parts: number;
  /** Inputs of a part, bias not counted. */
  readonly inputs: number;
  /** Outputs of a part. */
  readonly outputs: number;
  /** (inputs + 1) × outputs of a part, row-major. */
  readonly matrix: (part: number) => Float64Array;
  /** Values of the weight tensor and of the bias from such matrices, one a part. */
  readonly tensorsOf: (matrices: readonly Float64Array[]) => {
    readonly weight: Float32Array;
    readonly bias: Float32Array;
  };
  /** How many rows an output tensor of this shape gives. */
  readonly rowsOf: (outputShape: readonly number[]) => number;
  /** Writes row `row` of a part's inputs at `x[k · stride + place]`, k over inputs. */
  readonly readInputs: (
    input: TensorValue,
    outputShape: readonly number[],
    row: number,
    part: number,
    x: Float32Array,
    stride: number,
    place: number,
  ) => void;
  /** Reads output channel `channel` of a row from a tensor that may have more channels. */
  readonly readOutput: (output: TensorValue, row: number, channel: number) => number;
}

/** The layer of a node, or null where it is none that can be fitted (computed or shared weights, not float32, unusual form). */
export function linearLayer(node: NodeProto, graph: Graph): LinearLayer | null {
  if (node.domain !== '') return null;
  const weight = graph.initializers.get(node.input[1] ?? '');
  if (weight?.dataType !== DataType.FLOAT || graph.consumersOf(weight.name).length > 1) return null;
  if (graph.isOutput(weight.name) || graph.constantOf(weight.name) === undefined) return null;
  if (node.opType === 'Conv') return convLayer(node, graph);
  if (node.opType === 'Gemm') return gemmLayer(node, graph);
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
  const parts = intAttribute(node, 'group', 1);
  if (shape.length !== 4 || !['NOTSET', 'VALID'].includes(stringAttribute(node, 'auto_pad', 'NOTSET'))) return null;
  const [allOutputs = 0, channels = 0, height = 0, width = 0] = shape;
  const outputs = allOutputs / parts;
  const inputs = channels * height * width;
  const bias = biasOf(node, graph, allOutputs);
  if (bias === null) return null;
  const [strideY = 1, strideX = 1] = intsAttribute(node, 'strides') ?? [];
  const [dilationY = 1, dilationX = 1] = intsAttribute(node, 'dilations') ?? [];
  const [padTop = 0, padLeft = 0] = intsAttribute(node, 'pads') ?? [];
  return {
    ...{ node, parts, inputs, outputs },
    ...outputsFirst(() => tensorValues(weight) as Float32Array, bias, { parts, inputs, outputs }),
    rowsOf: ([batch = 0, , outHeight = 0, outWidth = 0]) => batch * outHeight * outWidth,
    readInputs: (input, [, , outHeight = 1, outWidth = 1], row, part, x, stride, place) => {
      const values = input.values as Float32Array;
      const [, allChannels = 0, inHeight = 0, inWidth = 0] = input.shape;
      const example = Math.floor(row / (outHeight * outWidth));
      const top = (Math.floor(row / outWidth) % outHeight) * strideY - padTop;
      const left = (row % outWidth) * strideX - padLeft;
      let k = 0;
      for (let channel = 0; channel < channels; channel += 1) {
        const base = (example * allChannels + part * channels + channel) * inHeight * inWidth;
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
    readOutput: ({ values, shape: [, all = 1, outHeight = 1, outWidth = 1] }, row, channel) => {
      const pixels = outHeight * outWidth;
      return (values as Float32Array)[(Math.floor(row / pixels) * all + channel) * pixels + (row % pixels)]!;
    },
  };
}

function gemmLayer(node: NodeProto, graph: Graph): LinearLayer | null {
  const weight = graph.initializers.get(node.input[1]!)!;
  const shape = tensorShape(weight);
  const isPlain =
    floatAttribute(node, 'alpha', 1) === 1 &&
    floatAttribute(node, 'beta', 1) === 1 &&
    intAttribute(node, 'transA', 0) === 0;
  if (shape.length !== 2 || !isPlain) return null;
  const transB = intAttribute(node, 'transB', 0) === 1;
  const [outputs, inputs] = (transB ? shape : [shape[1], shape[0]]) as [number, number];
  const bias = biasOf(node, graph, outputs);
  if (bias === null) return null;
  const values = (): Float32Array => tensorValues(weight) as Float32Array;
  return {
    ...{ node, parts: 1, inputs, outputs },
    ...(transB
      ? outputsFirst(values, bias, { parts: 1, inputs, outputs })
      : {
          matrix: () => Float64Array.from([...values(), ...bias]),
          tensorsOf: ([matrix]: readonly Float64Array[]) => ({
            weight: Float32Array.from(matrix!.subarray(0, inputs * outputs)),
            bias: Float32Array.from(matrix!.subarray(inputs * outputs)),
          }),
        }),
    rowsOf: ([rows = 0]) => rows,
    readInputs: (input, _, row, _part, x, stride, place) => {
      const read = input.values as Float32Array;
      for (let k = 0; k < inputs; k += 1) x[k * stride + place] = read[row * inputs + k]!;
    },
    readOutput: ({ values: read, shape: [, all = 1] }, row, channel) => (read as Float32Array)[row * all + channel]!,
  };
}

/** Weights stored outputs first, as in Conv, part after part. */
function outputsFirst(
  values: () => Float32Array,
  bias: Float32Array,
  { parts, inputs, outputs }: Pick<LinearLayer, 'parts' | 'inputs' | 'outputs'>,
): Pick<LinearLayer, 'matrix' | 'tensorsOf'> {
  return {
    matrix: (part) => {
      const stored = values();
      const matrix = new Float64Array((inputs + 1) * outputs);
      for (let o = 0; o < outputs; o += 1) {
        const from = (part * outputs + o) * inputs;
        for (let k = 0; k < inputs; k += 1) matrix[k * outputs + o] = stored[from + k]!;
        matrix[inputs * outputs + o] = bias[part * outputs + o]!;
      }
      return matrix;
    },
    tensorsOf: (matrices) => {
      const weight = new Float32Array(parts * outputs * inputs);
      const fitted = new Float32Array(parts * outputs);
      matrices.forEach((matrix, part) => {
        for (let o = 0; o < outputs; o += 1) {
          const to = (part * outputs + o) * inputs;
          for (let k = 0; k < inputs; k += 1) weight[to + k] = matrix[k * outputs + o]!;
          fitted[part * outputs + o] = matrix[inputs * outputs + o]!;
        }
      });
      return { weight, bias: fitted };
    },
  };
}
