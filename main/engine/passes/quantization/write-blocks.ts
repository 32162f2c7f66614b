/** Nodes with weights in blocks of few bits: MatMulNBits for products, GatherBlockQuantized for lookups (both com.microsoft). */
import { DataType, intAttribute, makeNode } from '../../onnx/proto.ts';
import type { AttributeValue, NodeProto, TensorProto } from '../../onnx/proto.ts';
import { makeTensor, tensorShape, withFloatValues } from '../../onnx/tensor.ts';
import { quantizeBlocks } from './nbits.ts';
import type { BlockOptions, BlockedWeight, MatrixView } from './nbits.ts';
import { addendName, productParts } from './product-parts.ts';
import { isFloatTensor } from './quantize-weight.ts';
import type { NodeWriter, RuleOutcome, Rules } from './rewrite-nodes.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export interface BlockChoice extends BlockOptions {
  /** Least precision that MatMulNBits computes in: 0 as it likes, 1 float32, 2 float16, 3 bfloat16, 4 int8. */
  readonly accuracyLevel: number;
}

interface BlockParts {
  readonly choice: BlockChoice;
  /** Weight and how it is read → names of its integers, scales and zero points. */
  readonly weights: Map<string, readonly string[]>;
}
type BlockWriter = NodeWriter & BlockParts;

/** What a pass needs to start writing. */
export const blockParts = (choice: BlockChoice): BlockParts => ({ choice, weights: new Map() });

export const blockRules: Rules<BlockWriter> = { MatMul: writeProduct, Gemm: writeProduct, Gather: writeLookup };

function writeProduct(writer: BlockWriter, node: NodeProto): RuleOutcome {
  const parts = productParts(writer.graph, node);
  if ('left' in parts) return parts;
  const { input, weight, transposed, alpha, addend } = parts;
  const shape = tensorShape(weight);
  if (shape.length !== 2) return { left: say('weightOfOtherRank', { dimensions: shape.length }) };
  const [rows, columns] = transposed ? [shape[1]!, shape[0]!] : [shape[0]!, shape[1]!];
  if (!isSmaller(writer.choice, rows)) return { left: tooShort(rows) };
  const { blockSize, bits, accuracyLevel } = writer.choice;
  const names = once(writer, weight, `product ${transposed} ${alpha}`, (values) => {
    const strides = transposed ? { rowStride: 1, columnStride: rows } : { rowStride: columns, columnStride: 1 };
    const blocked = quantizeBlocks({ values, rows, columns, ...strides }, writer.choice, weight.name);
    if (alpha !== 1) blocked.scales.forEach((scale, at) => (blocked.scales[at] = scale * alpha));
    const shapeOfIntegers = [columns, blocked.blocks, (blockSize * bits) / 8];
    return { blocked, integers: blocked.packed, shape: shapeOfIntegers, rows: [columns] };
  });
  const output = node.output[0]!;
  const added = addendName(writer, addend);
  const product = added === null ? output : writer.nameOf(`${output}_product`);
  writer.nodes.push(
    nodeAfter(writer, node, 'MatMulNBits', [input, ...names], product, {
      K: rows,
      N: columns,
      bits,
      block_size: blockSize,
      accuracy_level: accuracyLevel,
    }),
  );
  if (added !== null)
    writer.nodes.push(
      makeNode('Add', [product, added], [output], { name: writer.nameOf(`${node.name || output}_Add`) }),
    );
  return { taken: say('productInBlocks', { columns, rows, size: blockSize }) };
}

/** Blocks lie along the last axis; rows are packed without padding. */
function writeLookup(writer: BlockWriter, node: NodeProto): RuleOutcome {
  const { graph, choice } = writer;
  const { blockSize, bits } = choice;
  const data = graph.constantOf(node.input[0] ?? '');
  if (data === undefined) return { left: say('dataComputed') };
  if (!isFloatTensor(data)) return { left: say('dataNotFloat') };
  const shape = tensorShape(data);
  if (shape.length < 2) return { left: say('dataAreVector') };
  if (intAttribute(node, 'axis', 0) % shape.length !== 0) return { left: say('lookupAxis') };
  const width = shape.at(-1)!;
  if (!isSmaller(choice, width) || shape.includes(0)) return { left: tooShort(width) };
  if ((width * bits) % 8 !== 0) return { left: say('rowsDontFillBytes', { width }) };
  const names = once(writer, data, 'lookup', (values) => {
    const rows = values.length / width;
    const matrix = { values, rows: width, columns: rows, rowStride: 1, columnStride: width };
    const blocked = quantizeBlocks(matrix, choice, data.name);
    const integers = withoutPadding(blocked.packed, rows, (width * bits) / 8);
    const leading = shape.slice(0, -1);
    return { blocked, integers, shape: [...leading, (width * bits) / 8], rows: leading };
  });
  const [integers = '', ...scales] = names;
  writer.nodes.push(
    nodeAfter(writer, node, 'GatherBlockQuantized', [integers, node.input[1]!, ...scales], node.output[0]!, {
      bits,
      block_size: blockSize,
      gather_axis: 0,
      quantize_axis: shape.length - 1,
    }),
  );
  return { taken: say('lookupInBlocks', { width, size: blockSize }) };
}

interface Blocks {
  readonly blocked: BlockedWeight;
  readonly integers: Uint8Array;
  readonly shape: readonly number[];
  /** Dimensions that have scales of their own, before the blocks. */
  readonly rows: readonly number[];
}

/** Writes a weight the first time that it is read so; raises `invalid-model` on NaN. */
function once(
  writer: BlockWriter,
  weight: TensorProto,
  how: string,
  make: (values: MatrixView['values']) => Blocks,
): readonly string[] {
  const key = `${how} ${weight.name}`;
  const known = writer.weights.get(key);
  if (known !== undefined) return known;
  const { blocked, integers, shape, rows } = withFloatValues(weight, make);
  const { bits } = writer.choice;
  const names: string[] = [];
  const write = (
    label: string,
    dataType: number,
    dims: readonly number[],
    content: Uint8Array | Float32Array,
  ): void => {
    const name = writer.nameOf(`${weight.name}_${label}`);
    writer.initializers.push(makeTensor(name, dataType, dims, content));
    names.push(name);
  };
  write(`int${bits}`, DataType.UINT8, shape, integers);
  write('scales', DataType.FLOAT, [...rows, blocked.blocks], blocked.scales);
  if (blocked.zeroPoints !== null)
    write('zero_points', DataType.UINT8, [...rows, Math.ceil((blocked.blocks * bits) / 8)], blocked.zeroPoints);
  writer.weights.set(key, names);
  return names;
}

function withoutPadding(packed: Uint8Array, rows: number, rowBytes: number): Uint8Array {
  const padded = packed.length / rows;
  if (padded === rowBytes) return packed;
  const result = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row += 1)
    result.set(packed.subarray(row * padded, row * padded + rowBytes), row * rowBytes);
  return result;
}

/** Whether a column of so many float32 values takes less room in blocks, scales included. */
function isSmaller({ bits, blockSize }: BlockChoice, length: number): boolean {
  const blocks = Math.ceil(length / blockSize);
  return blocks * ((blockSize * bits) / 8 + 5) < length * 4;
}

const tooShort = (length: number): string => say('tooShortForBlocks', { length });

const nodeAfter = (
  writer: BlockWriter,
  node: NodeProto,
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>>,
): NodeProto =>
  makeNode(operator, inputs, [output], {
    name: writer.nameOf(`${node.name || output}_${operator}`),
    domain: 'com.microsoft',
    attributes,
  });
