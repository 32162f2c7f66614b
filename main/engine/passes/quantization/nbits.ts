/**
 * Blockwise weights of few bits as `com.microsoft.MatMulNBits` reads them, byte for byte as ONNX Runtime's own quantizer
 * (`MlasQuantizeBlockwise`) writes them.
 */

import { notFinite } from './affine.ts';
import { kernels, notFiniteBits, regions } from '../../kernels/kernels.ts';

export type WeightBits = 4 | 8;

export interface BlockOptions {
  readonly bits: WeightBits;
  /** Values of one column that share a scale; a power of two ≥ 16. */
  readonly blockSize: number;
  readonly symmetric: boolean;
}

export interface BlockedWeight {
  /** [columns, blocks, blockSize · bits / 8], low nibble first. */
  readonly packed: Uint8Array;
  /** [columns, blocks]; negative where the value of largest magnitude is positive and blocks are symmetric. */
  readonly scales: Float32Array;
  /** [columns, ⌈blocks · bits / 8⌉] packed, or null where symmetric. */
  readonly zeroPoints: Uint8Array | null;
  readonly blocks: number;
}

/** A matrix that its element (row k, column n) is read from at `k · rowStride + n · columnStride`. */
export interface MatrixView {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Columns worked on together, so that a block of each stays in the cache. */
const columnsAtOnce = 1_024;
/** Rows of a tile lie so many bytes farther apart than they are long: else all would fall in the same lines of the cache. */
const rowGapBytes = 64;

/** A K×N matrix in blocks along K, the last one padded. Raises `invalid-model` where a value of the weight so called is NaN or infinite. */
export function quantizeBlocks(matrix: MatrixView, options: BlockOptions, name: string): BlockedWeight {
  const { bits, blockSize, symmetric } = options;
  const { rows, columns } = matrix;
  const blocks = Math.ceil(rows / blockSize);
  const result: BlockedWeight = {
    packed: new Uint8Array((columns * blocks * blockSize * bits) / 8),
    scales: new Float32Array(columns * blocks),
    zeroPoints: symmetric ? null : emptyZeroPoints(columns, blocks, bits),
    blocks,
  };
  const tile = tileFor(Math.min(columns, columnsAtOnce), options);
  for (let column = 0; column < columns; column += columnsAtOnce) {
    for (let block = 0; block < blocks; block += 1) {
      const place = { column, end: Math.min(columns, column + columnsAtOnce), block };
      if (fillAndQuantize(matrix, options, tile, place) >= notFiniteBits) throw notFinite(name);
      takeTile(result, options, tile, place, Math.min(blockSize, rows - block * blockSize));
    }
  }
  return result;
}

/** All 0, but the nibble that an odd number of blocks leaves over, where the reference writes 8. */
function emptyZeroPoints(columns: number, blocks: number, bits: WeightBits): Uint8Array {
  const columnBytes = Math.ceil((blocks * bits) / 8);
  const bytes = new Uint8Array(columns * columnBytes);
  if (bits === 4 && blocks % 2 === 1)
    for (let at = columnBytes - 1; at < bytes.length; at += columnBytes) bytes[at] = 128;
  return bytes;
}

/** Where the kernel finds values and leaves what it makes of them. */
interface Tile {
  readonly starts: readonly number[];
  readonly strideBytes: number;
  readonly values: Float32Array;
  /** A block's bytes of each column as words. */
  readonly words: Uint32Array;
  readonly scales: Float32Array;
  readonly zeroPoints: Int32Array;
}

/** Columns `column` (inclusive) to `end` (exclusive) of a block of rows. */
interface Place {
  readonly column: number;
  readonly end: number;
  readonly block: number;
}

function tileFor(columns: number, { bits, blockSize }: BlockOptions): Tile {
  // The kernel takes columns by fours.
  const whole = Math.ceil(columns / 4) * 4;
  const strideBytes = 4 * whole + rowGapBytes;
  const blockBytes = (blockSize * bits) / 8;
  const { buffer, starts } = regions(blockSize * strideBytes, whole * blockBytes, 4 * whole, 4 * whole);
  const [values = 0, packed = 0, scales = 0, zeroPoints = 0] = starts;
  return {
    ...{ starts, strideBytes },
    values: new Float32Array(buffer, values, (blockSize * strideBytes) / 4),
    words: new Uint32Array(buffer, packed, (whole * blockBytes) / 4),
    scales: new Float32Array(buffer, scales, whole),
    zeroPoints: new Int32Array(buffer, zeroPoints, whole),
  };
}

/** The bits of the largest magnitude of the block. */
function fillAndQuantize(
  { values, rows, rowStride, columnStride }: MatrixView,
  { bits, blockSize, symmetric }: BlockOptions,
  tile: Tile,
  { column, end, block }: Place,
): number {
  const first = block * blockSize;
  const count = Math.min(blockSize, rows - first);
  const columns = end - column;
  const whole = Math.ceil(columns / 4) * 4;
  const stride = tile.strideBytes / 4;
  for (let row = 0; row < count; row += 1) {
    const from = (first + row) * rowStride + column * columnStride;
    if (columnStride === 1) tile.values.set(values.subarray(from, from + columns), row * stride);
    if (whole > columns) tile.values.fill(0, row * stride + columns, row * stride + whole);
  }
  if (columnStride !== 1)
    turnInto(tile.values, stride, values, { first, count, columns, column, rowStride, columnStride });
  const [from = 0, packed = 0, scales = 0, zeroPoints = 0] = tile.starts;
  const shape = [count, tile.strideBytes, whole, bits, symmetric ? 1 : 0] as const;
  return kernels().blocks(from, ...shape, packed, (blockSize * bits) / 8, scales, zeroPoints);
}

/** Columns whose values lie in a row become columns of the tile. */
function turnInto(
  target: Float32Array,
  stride: number,
  values: Float32Array,
  from: {
    readonly first: number;
    readonly count: number;
    readonly columns: number;
    readonly column: number;
    readonly rowStride: number;
    readonly columnStride: number;
  },
): void {
  const { first, count, columns, column, rowStride, columnStride } = from;
  for (let n = 0; n < columns; n += 1) {
    let at = first * rowStride + (column + n) * columnStride;
    for (let to = n, end = n + count * stride; to < end; to += stride, at += rowStride) target[to] = values[at]!;
  }
}

/** Puts the tile's columns where they belong. Bytes of rows that don't exist stay 0. */
function takeTile(
  { packed, scales, zeroPoints, blocks }: BlockedWeight,
  { bits, blockSize }: BlockOptions,
  tile: Tile,
  { column, end, block }: Place,
  rows: number,
): void {
  const words = new Uint32Array(packed.buffer);
  const blockWords = (blockSize * bits) / 32;
  const written = Math.ceil((rows * bits) / 32);
  const zeroPointBytes = Math.ceil((blocks * bits) / 8);
  for (let n = column; n < end; n += 1) {
    const place = n * blocks + block;
    for (let word = 0, from = (n - column) * blockWords; word < written; word += 1)
      words[place * blockWords + word] = tile.words[from + word]!;
    scales[place] = tile.scales[n - column]!;
    if (zeroPoints === null) continue;
    const zeroPoint = tile.zeroPoints[n - column]!;
    if (bits === 8) zeroPoints[n * zeroPointBytes + block] = zeroPoint;
    else zeroPoints[n * zeroPointBytes + (block >> 1)]! |= zeroPoint << ((block & 1) * 4);
  }
}
