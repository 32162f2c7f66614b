/** Rows and columns read together, so that both sides stay in the cache. */
const tile = 64;

/** Integers of shape [matrices, rows, columns] as [matrices, columns, rows]. */
export function transposeLast<Values extends Int8Array | Uint8Array>(
  values: Values,
  rows: number,
  columns: number,
): Values {
  const result = values.slice() as Values;
  const size = rows * columns;
  for (let start = 0; start < values.length; start += size) {
    for (let row = 0; row < rows; row += tile) {
      for (let column = 0; column < columns; column += tile) {
        const lastRow = Math.min(rows, row + tile);
        const lastColumn = Math.min(columns, column + tile);
        for (let r = row; r < lastRow; r += 1)
          for (let c = column; c < lastColumn; c += 1) result[start + c * rows + r] = values[start + r * columns + c]!;
      }
    }
  }
  return result;
}
