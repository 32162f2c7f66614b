/** Sparsity: single weights become zero. Nothing gets smaller or faster by itself in ONNX Runtime; compressed files do. */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { z } from 'zod';
import { CrivoError } from '../../../../shared/errors.ts';
import { say } from '../../../../shared/phrases/phrase.ts';
import { formatPercent } from '../../../../shared/units.ts';
import { withChanges } from '../../graph/graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { DataType, TensorProtoSchema, intAttribute, patch } from '../../onnx/proto.ts';
import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { makeTensor, tensorShape, tensorValues } from '../../onnx/tensor.ts';
import { encodeModel } from '../../onnx/write-model.ts';
import { changed, counted } from '../node-report.ts';
import { definePass } from '../pass.ts';
import type { PassOutcome } from '../pass.ts';

const compress = promisify(deflate);
const noSpeed = say('noSpeedFromZeros');

/** A weight of a layer, and which of its axes runs over inputs. */
interface LayerWeight {
  readonly node: NodeProto;
  readonly tensor: TensorProto;
  readonly inputAxis: number;
}

export const pruneWeights = definePass({
  name: 'prune-weights',
  title: say('titleZeros'),
  description:
    'Sets the smallest weights to zero, wherever they stand or N of every M along the inputs. For compressed size and for hardware that skips zeros; no speed on a CPU.',
  family: 'pruning',
  version: 1,
  needsCalibrationData: false,
  options: z.strictObject({
    pattern: z
      .string()
      .regex(/^(unstructured|\d{1,2}:\d{1,2})$/)
      .default('unstructured')
      .describe('unstructured, or N:M such as 2:4: N of every M stay.'),
    ratio: z.number().min(0).lt(1).default(0.5).describe('Share of the weights that become zero (unstructured only).'),
    global: z
      .boolean()
      .default(false)
      .describe('Judge all layers together instead of each by itself (unstructured only).'),
  }),
  async apply(graph, { pattern, ratio, global }, { progress }): Promise<PassOutcome> {
    const weights = layerWeights(graph);
    if (weights.length === 0) {
      const summary = say('noFloatLayers');
      return { graph, report: { summary, nodes: [], warnings: [summary], figures: { weights_zero: 0 } } };
    }
    const threshold = global
      ? quantileOf(
          weights.flatMap(({ tensor }) => Array.from(tensorValues(tensor) as Float32Array, Math.abs)),
          ratio,
        )
      : null;
    const pruned = new Map(
      weights.map((weight) => [
        weight.tensor.name,
        pattern === 'unstructured'
          ? zeroSmall(weight.tensor, ratio, threshold)
          : keepLargest(weight, parsePattern(pattern)),
      ]),
    );
    const next = withChanges(graph, {
      initializers: [...graph.initializers.values()].map((tensor) => pruned.get(tensor.name) ?? tensor),
    });
    progress(0.7, say('measuringCompressed'));
    const [before, after] = await Promise.all([compressedBytes(graph), compressedBytes(next)]);
    const zeros = sum(weights.map(({ tensor }) => zerosIn(pruned.get(tensor.name)!)));
    const all = sum(weights.map(({ tensor }) => (tensorValues(tensor) as Float32Array).length));
    return {
      graph: next,
      report: {
        summary: say('weightsZeroed', {
          share: formatPercent(zeros / all),
          weights: counted(all, 'Weight'),
          pattern,
          size: formatPercent(after / before, 0),
        }),
        nodes: weights.map(({ node, tensor }) =>
          changed(
            node,
            say('shareZeroed', {
              share: formatPercent(zerosIn(pruned.get(tensor.name)!) / (tensorValues(tensor) as Float32Array).length),
            }),
          ),
        ),
        warnings: [noSpeed],
        figures: { weights: all, weights_zero: zeros, compressed_bytes_before: before, compressed_bytes_after: after },
      },
    };
  },
});

function layerWeights(graph: Graph): LayerWeight[] {
  const seen = new Set<string>();
  return graph.nodes.flatMap((node): LayerWeight[] => {
    const tensor = graph.initializers.get(node.input[1] ?? '');
    const isLayer = node.domain === '' && ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'].includes(node.opType);
    if (!isLayer || tensor?.dataType !== DataType.FLOAT || tensorShape(tensor).length < 2 || seen.has(tensor.name))
      return [];
    seen.add(tensor.name);
    const rank = tensorShape(tensor).length;
    const inputAxis =
      node.opType === 'Conv'
        ? 1
        : node.opType === 'ConvTranspose'
          ? 0
          : node.opType === 'Gemm'
            ? intAttribute(node, 'transB', 0)
            : rank - 2;
    return [{ node, tensor, inputAxis }];
  });
}

function parsePattern(pattern: string): { keep: number; of: number } {
  const [keep = 0, of = 0] = pattern.split(':').map(Number);
  if (keep >= 1 && keep < of) return { keep, of };
  throw new CrivoError('invalid-input', say('patternKeepsAll', { pattern }));
}

const quantileOf = (values: number[], share: number): number =>
  Float32Array.from(values).sort()[Math.floor(share * values.length)] ?? Infinity;

/** Below a common threshold, or exactly the smallest share of this tensor. */
function zeroSmall(tensor: TensorProto, ratio: number, threshold: number | null): TensorProto {
  const values = Float32Array.from(tensorValues(tensor) as Float32Array);
  if (threshold !== null)
    return withValues(
      tensor,
      values.map((value) => (Math.abs(value) < threshold ? 0 : value)),
    );
  const order = Uint32Array.from(values, (_, index) => index).sort(
    (a, b) => Math.abs(values[a]!) - Math.abs(values[b]!) || a - b,
  );
  for (const index of order.subarray(0, Math.floor(ratio * values.length))) values[index] = 0;
  return withValues(tensor, values);
}

/** In every run of M weights along the inputs the N largest stay; a shorter run at the end keeps its share, rounded up. */
function keepLargest({ tensor, inputAxis }: LayerWeight, { keep, of }: { keep: number; of: number }): TensorProto {
  const shape = tensorShape(tensor);
  const values = Float32Array.from(tensorValues(tensor) as Float32Array);
  const stride = shape.slice(inputAxis + 1).reduce((product, size) => product * size, 1);
  const length = shape[inputAxis]!;
  for (let outer = 0; outer < values.length; outer += length * stride) {
    for (let inner = 0; inner < stride; inner += 1) {
      for (let start = 0; start < length; start += of) {
        const count = Math.min(of, length - start);
        const block = Array.from({ length: count }, (_, index) => outer + (start + index) * stride + inner);
        block.sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b);
        for (const index of block.slice(Math.ceil((keep * count) / of))) values[index] = 0;
      }
    }
  }
  return withValues(tensor, values);
}

const withValues = (tensor: TensorProto, values: Float32Array): TensorProto =>
  patch(TensorProtoSchema, makeTensor(tensor.name, DataType.FLOAT, tensorShape(tensor), values), {
    docString: tensor.docString,
  });

const zerosIn = (tensor: TensorProto): number =>
  (tensorValues(tensor) as Float32Array).reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Measured with deflate, what zip files and most transfers use. */
const compressedBytes = async (graph: Graph): Promise<number> => (await compress(encodeModel(graph.model))).byteLength;
