/**
 * Blockwise weights of few bits as `com.microsoft.MatMulNBits` reads them, byte for byte as ONNX Runtime's own quantizer
 * (`MlasQuantizeBlockwise`) writes them.
 */

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

/** Columns worked on together, so that reading rows and writing columns both stay in the cache. */
const columnsAtOnce = 64;

/** A K×N matrix in blocks along K, the last one padded; raises nothing (NaN is for the caller to refuse). */
export function quantizeBlocks(matrix: MatrixView, options: BlockOptions): BlockedWeight {
  const { bits, blockSize, symmetric } = options;
  const { rows, columns } = matrix;
  const blocks = Math.ceil(rows / blockSize);
  const result: BlockedWeight = {
    packed: new Uint8Array((columns * blocks * blockSize * bits) / 8),
    scales: new Float32Array(columns * blocks),
    zeroPoints: symmetric ? null : emptyZeroPoints(columns, blocks, bits),
    blocks,
  };
  const tile: Tile = { inverse: new Float32Array(columnsAtOnce), zero: new Float32Array(columnsAtOnce) };
  for (let column = 0; column < columns; column += columnsAtOnce) {
    const end = Math.min(columns, column + columnsAtOnce);
    for (let block = 0; block < blocks; block += 1) {
      scaleTile(matrix, options, result, tile, { column, end, block });
      packTile(matrix, options, result, tile, { column, end, block });
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

interface Tile {
  /** 1 / scale of each column, 0 where all values are 0. */
  readonly inverse: Float32Array;
  readonly zero: Float32Array;
}
interface Place {
  readonly column: number;
  readonly end: number;
  readonly block: number;
}

function scaleTile(
  { values, rows, rowStride, columnStride }: MatrixView,
  { bits, blockSize, symmetric }: BlockOptions,
  { scales, zeroPoints, blocks }: BlockedWeight,
  { inverse, zero }: Tile,
  { column, end, block }: Place,
): void {
  const first = block * blockSize;
  const last = Math.min(rows, first + blockSize);
  const zeroPointBytes = Math.ceil((blocks * bits) / 8);
  for (let n = column; n < end; n += 1) {
    let low = values[first * rowStride + n * columnStride]!;
    let high = low;
    for (let k = first + 1, at = k * rowStride + n * columnStride; k < last; k += 1, at += rowStride) {
      const value = values[at]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const found = symmetric ? symmetricBlock(low, high, bits) : asymmetricBlock(low, high, bits);
    scales[n * blocks + block] = found.scale;
    inverse[n - column] = found.scale === 0 ? 0 : 1 / found.scale;
    zero[n - column] = found.zeroPoint;
    if (zeroPoints === null) continue;
    if (bits === 8) zeroPoints[n * zeroPointBytes + block] = found.zeroPoint;
    else zeroPoints[n * zeroPointBytes + (block >> 1)]! |= found.zeroPoint << ((block & 1) * 4);
  }
}

function symmetricBlock(low: number, high: number, bits: WeightBits): { scale: number; zeroPoint: number } {
  const middle = 2 ** (bits - 1);
  const farthest = Math.abs(high) > Math.abs(low) ? high : low;
  return { scale: Math.fround(farthest / -middle), zeroPoint: middle };
}

function asymmetricBlock(low: number, high: number, bits: WeightBits): { scale: number; zeroPoint: number } {
  const most = 2 ** bits - 1;
  const from = Math.min(low, 0);
  const scale = Math.fround(Math.fround(Math.max(high, 0) - from) / most);
  const exact = scale === 0 ? from : Math.fround(-from / scale);
  return { scale, zeroPoint: Math.min(most, Math.max(0, Math.floor(exact + 0.5))) };
}

function packTile(
  { values, rows, rowStride, columnStride }: MatrixView,
  { bits, blockSize }: BlockOptions,
  { packed, blocks }: BlockedWeight,
  { inverse, zero }: Tile,
  { column, end, block }: Place,
): void {
  const first = block * blockSize;
  const last = Math.min(rows, first + blockSize);
  const most = 2 ** bits - 1;
  const columnBytes = (blockSize * bits) / 8;
  for (let n = column; n < end; n += 1) {
    const scale = inverse[n - column]!;
    const shift = zero[n - column]!;
    let to = (n * blocks + block) * columnBytes;
    for (let k = first, at = k * rowStride + n * columnStride; k < last; k += 1, at += rowStride) {
      const exact = Math.fround(Math.fround(values[at]! * scale) + shift) + 0.5;
      const code = exact < 0 ? 0 : exact > most ? most : exact | 0;
      if (bits === 8) packed[to++] = code;
      else if ((k - first) % 2 === 0) packed[to] = code;
      else packed[to++]! |= code << 4;
    }
    // A half-filled byte is completed with the code of 0; whole bytes of padding stay 0.
    if (bits === 4 && (last - first) % 2 === 1) packed[to]! |= shift << 4;
  }
}
