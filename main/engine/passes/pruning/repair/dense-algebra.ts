/** The dense kernels that least squares take. */

type Values = Float32Array | Float64Array;

interface Products {
  /** `rows` values of each of m columns, one column after the other. */
  readonly a: Float32Array;
  readonly m: number;
  readonly b: Float32Array;
  readonly n: number;
  readonly rows: number;
  /** Only where the column of b is not beyond that of a (tiles at the diagonal are computed whole). */
  readonly lowerOnly: boolean;
}

/** Adds AᵀB to an m × n row-major matrix, in tiles of 4 × 4 so that each value read takes part in four products. */
export function accumulateProducts(target: Float64Array, { a, m, b, n, rows, lowerOnly }: Products): void {
  for (let i = 0; i < m; i += 4) {
    const end = lowerOnly ? Math.min(n, i + 4) : n;
    for (let j = 0; j < end; j += 4) {
      if (i + 4 <= m && j + 4 <= n) addTile(target, n, a, i, b, j, rows);
      else {
        for (let row = i; row < Math.min(m, i + 4); row += 1)
          for (let column = j; column < Math.min(n, j + 4); column += 1)
            target[row * n + column]! += dot(a, row * rows, b, column * rows, rows);
      }
    }
  }
}

function dot(a: Values, fromA: number, b: Values, fromB: number, rows: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row += 1) sum += a[fromA + row]! * b[fromB + row]!;
  return sum;
}

function addTile(
  target: Float64Array,
  columns: number,
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  rows: number,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  const [a0, a1, a2, a3] = [i * rows, (i + 1) * rows, (i + 2) * rows, (i + 3) * rows];
  const [b0, b1, b2, b3] = [j * rows, (j + 1) * rows, (j + 2) * rows, (j + 3) * rows];
  for (let row = 0; row < rows; row += 1) {
    const [x0, x1, x2, x3] = [a[a0 + row]!, a[a1 + row]!, a[a2 + row]!, a[a3 + row]!];
    const [y0, y1, y2, y3] = [b[b0 + row]!, b[b1 + row]!, b[b2 + row]!, b[b3 + row]!];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  const sums = [s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33];
  for (let at = 0; at < 16; at += 1) target[(i + (at >> 2)) * columns + j + (at & 3)]! += sums[at]!;
}

/** Solves A·W = R for a symmetric positive definite A, of which the lower triangle is read and overwritten. Golub & Van Loan 2013, 4.2. */
export function choleskySolve(a: Float64Array, r: Float64Array, n: number, columns: number): Float64Array {
  choleskyFactor(a, n);
  const w = r.slice();
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < i; k += 1) addRow(w, i, k, columns, -a[i * n + k]!);
    scaleRow(w, i, columns, 1 / a[i * n + i]!);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < n; k += 1) addRow(w, i, k, columns, -a[k * n + i]!);
    scaleRow(w, i, columns, 1 / a[i * n + i]!);
  }
  return w;
}

/** L with L·Lᵀ = A in place of A's lower triangle, row by row so that reads are along rows. */
export function choleskyFactor(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const sum = a[i * n + j]! - dot(a, i * n, a, j * n, j);
      // Rounding can leave a dependent input slightly below zero; it then gets no weight.
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / a[j * n + j]!;
    }
  }
}

function addRow(w: Float64Array, to: number, from: number, columns: number, factor: number): void {
  for (let c = 0; c < columns; c += 1) w[to * columns + c]! += factor * w[from * columns + c]!;
}

function scaleRow(w: Float64Array, row: number, columns: number, factor: number): void {
  for (let c = 0; c < columns; c += 1) w[row * columns + c]! *= factor;
}
