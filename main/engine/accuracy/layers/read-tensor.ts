/**
 * Which tensor of a graph shows the values that readers of a float tensor get, without keeping ONNX Runtime from fusing:
 * where the tensor is quantized, the integers are fetched and dequantized here, so that what is compared comes from the
 * integer kernels that are timed.
 *
 *   producer → x_float → QuantizeLinear → [x_quantized] → DequantizeLinear → x → readers
 */
import type { Graph } from '../../graph/graph.ts';
import type { NodeProto } from '../../onnx/proto.ts';
import { tensorValues } from '../../onnx/tensor.ts';
import type { TensorValues } from '../../ports.ts';

export interface TensorReading {
  /** The tensor to fetch. */
  readonly fetched: string;
  /** Null where it is fetched as it is. */
  readonly quantized: { readonly scale: number; readonly zeroPoint: number } | null;
}

/** How to read a tensor that a node of the graph writes; null where none does, or in another order of values. */
export function readingOf(graph: Graph, tensor: string): TensorReading | null {
  const producer = graph.producerOf(tensor);
  // Blocks of channels: the values are there, in another order.
  if (producer === undefined || producer.domain.startsWith('com.microsoft.nchwc')) return null;
  const quantizer =
    producer.opType === 'DequantizeLinear'
      ? graph.producerOf(producer.input[0]!)
      : graph.consumersOf(tensor).find((reader) => reader.opType === 'QuantizeLinear' && reader.input[0] === tensor);
  const scale = quantizer?.opType === 'QuantizeLinear' ? scaleOf(graph, quantizer) : null;
  return scale === null ? { fetched: tensor, quantized: null } : { fetched: quantizer!.output[0]!, quantized: scale };
}

/** The one scale of all values; null where it is not constant, or differs along an axis. */
function scaleOf(graph: Graph, { input }: NodeProto): TensorReading['quantized'] {
  const [scale, zeroPoint] = [graph.constantOf(input[1] ?? ''), graph.constantOf(input[2] ?? '')];
  if (scale === undefined || (Boolean(input[2]) && zeroPoint === undefined)) return null;
  const scales = tensorValues(scale);
  if (scales?.length !== 1) return null;
  const zero = zeroPoint === undefined ? 0 : Number(tensorValues(zeroPoint)?.[0] ?? 0);
  return { scale: Number(scales[0]), zeroPoint: zero };
}

/** The values as readers get them. */
export function readValues(values: TensorValues, { quantized }: TensorReading): TensorValues {
  if (quantized === null) return values;
  const { scale, zeroPoint } = quantized;
  const read = new Float32Array(values.length);
  for (let index = 0; index < read.length; index += 1) read[index] = (Number(values[index]) - zeroPoint) * scale;
  return read;
}
