/** The arithmetic of `affine.ts` for channels along the last axis: a weight as rows, each with one value of every channel. */
import { kernels, regions, valuesAtOnce } from '../../kernels/kernels.ts';
import { widenRanges } from './channel-ranges.ts';
import type { ChannelRanges } from './channel-ranges.ts';

/** Columns worked on together: their scales stay in a core's nearest cache while rows go by. */
const columnsAtOnce = 1_024;
/** The kernels take columns by so many; what is missing is filled up. */
const columnStep = 16;

/** Values of some columns in some rows, as they lie in the kernels' memory. */
interface Tile {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  /** Columns filled up to a multiple of `columnStep`. */
  readonly width: number;
}

function* tilesOf(rowCount: number, columnCount: number): Generator<Tile> {
  for (let column = 0; column < columnCount; column += columnsAtOnce) {
    const columns = Math.min(columnsAtOnce, columnCount - column);
    const width = Math.ceil(columns / columnStep) * columnStep;
    const together = Math.floor(valuesAtOnce / width);
    for (let row = 0; row < rowCount; row += together)
      yield { row, rows: Math.min(together, rowCount - row), column, columns, width };
  }
}

/** Copies a tile's values to the kernels' memory; columns that fill it up hold 0. */
function fill(target: Float32Array, values: Float32Array, columnCount: number, tile: Tile): void {
  const { row, rows, column, columns, width } = tile;
  if (width === columnCount) {
    target.set(values.subarray(row * columnCount, (row + rows) * columnCount));
    return;
  }
  if (width > columns) target.fill(0);
  for (let at = 0; at < rows; at += 1) {
    const from = (row + at) * columnCount + column;
    target.set(values.subarray(from, from + columns), at * width);
  }
}

/** Widens the ranges, one a column, by the values; gives the bits of the largest magnitude. */
export function columnRanges(values: Float32Array, ranges: ChannelRanges): number {
  const columnCount = ranges.lows.length;
  let largest = 0;
  for (const tile of tilesOf(values.length / columnCount, columnCount)) {
    const { column, columns, rows, width } = tile;
    const { buffer, starts } = regions(4 * rows * width, 4 * width, 4 * width);
    const [from = 0, low = 0, high = 0] = starts;
    fill(new Float32Array(buffer, from, rows * width), values, columnCount, tile);
    const place = { channel: column, channels: columns, low, high };
    const bits = widenRanges(ranges, place, () => kernels().columnExtremes(from, rows, width, low, high));
    largest = Math.max(largest, bits);
  }
  return largest;
}

/** Writes the values as integers, with a scale and a zero point for each column; clipped to all that the type holds. */
export function quantizeColumns(
  values: Float32Array,
  quantized: Int8Array | Uint8Array,
  scales: Float32Array,
  zeroPoints: Int8Array | Uint8Array,
): void {
  const columnCount = scales.length;
  const signed = quantized instanceof Int8Array ? 1 : 0;
  for (const tile of tilesOf(values.length / columnCount, columnCount)) {
    const { row, rows, column, columns, width } = tile;
    const { buffer, starts } = regions(4 * rows * width, 4 * width, 4 * width, rows * width);
    const [from = 0, steps = 0, zeros = 0, to = 0] = starts;
    fill(new Float32Array(buffer, from, rows * width), values, columnCount, tile);
    new Float32Array(buffer, steps, columns).set(scales.subarray(column, column + columns));
    new Float32Array(buffer, zeros, columns).set(zeroPoints.subarray(column, column + columns));
    kernels().quantizeColumns(from, rows, width, steps, zeros, to, signed);
    const made = new Uint8Array(buffer, to, rows * width);
    if (width === columnCount) quantized.set(made, row * columnCount);
    else
      for (let at = 0; at < rows; at += 1)
        quantized.set(made.subarray(at * width, at * width + columns), (row + at) * columnCount + column);
  }
}
