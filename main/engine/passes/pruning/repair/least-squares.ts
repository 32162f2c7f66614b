/** Linear least squares from accumulated normal equations, pulled slightly towards a prior. */

export interface NormalEquations {
  readonly inputs: number;
  readonly outputs: number;
  /** Adds rows: `x` holds `rows` values of each input one input after the other, `y` those of each output. */
  readonly add: (x: Float64Array, y: Float64Array, rows: number) => void;
  /**
   * Weights (inputs × outputs, row-major) that minimize ‖Y − XW‖² + λ‖W − prior‖², λ being `ridge` times the mean of the
   * diagonal of XᵀX.
   */
  readonly solve: (prior: Float64Array, ridge: number) => Float64Array;
  /** Root of ‖Y − XW‖²/‖Y‖² over all rows added. */
  readonly error: (weights: Float64Array) => number;
}

export function createNormalEquations(inputs: number, outputs: number): NormalEquations {
  const gram = new Float64Array(inputs * inputs);
  const cross = new Float64Array(inputs * outputs);
  let energy = 0;
  const dot = (a: Float64Array, fromA: number, b: Float64Array, fromB: number, rows: number): number => {
    let sum = 0;
    for (let row = 0; row < rows; row += 1) sum += a[fromA + row]! * b[fromB + row]!;
    return sum;
  };
  return {
    inputs,
    outputs,
    add: (x, y, rows) => {
      for (let i = 0; i < inputs; i += 1) {
        for (let j = 0; j <= i; j += 1) gram[i * inputs + j]! += dot(x, i * rows, x, j * rows, rows);
        for (let o = 0; o < outputs; o += 1) cross[i * outputs + o]! += dot(x, i * rows, y, o * rows, rows);
      }
      energy += dot(y, 0, y, 0, rows * outputs);
    },
    solve: (prior, ridge) => {
      let trace = 0;
      for (let i = 0; i < inputs; i += 1) trace += gram[i * inputs + i]!;
      const lambda = (ridge * trace) / inputs + Number.MIN_VALUE;
      const system = gram.slice();
      for (let i = 0; i < inputs; i += 1) system[i * inputs + i]! += lambda;
      const right = cross.map((value, index) => value + lambda * prior[index]!);
      return choleskySolve(system, right, inputs, outputs);
    },
    error: (weights) => {
      let squares = energy;
      for (let i = 0; i < inputs; i += 1) {
        for (let o = 0; o < outputs; o += 1) {
          const weight = weights[i * outputs + o]!;
          let product = 0;
          for (let j = 0; j < inputs; j += 1) {
            const entry = j <= i ? gram[i * inputs + j]! : gram[j * inputs + i]!;
            product += entry * weights[j * outputs + o]!;
          }
          squares += weight * (product - 2 * cross[i * outputs + o]!);
        }
      }
      return energy === 0 ? 0 : Math.sqrt(Math.max(0, squares) / energy);
    },
  };
}

/** Solves A·W = R for a symmetric positive definite A, of which the lower triangle is read and overwritten. Golub & Van Loan 2013, 4.2. */
function choleskySolve(a: Float64Array, r: Float64Array, n: number, columns: number): Float64Array {
  for (let j = 0; j < n; j += 1) {
    for (let i = j; i < n; i += 1) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k += 1) sum -= a[i * n + k]! * a[j * n + k]!;
      // Rounding can leave a dependent input slightly below zero; it then gets no weight.
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / a[j * n + j]!;
    }
  }
  const w = r.slice();
  for (let c = 0; c < columns; c += 1) {
    for (let i = 0; i < n; i += 1) {
      let sum = w[i * columns + c]!;
      for (let k = 0; k < i; k += 1) sum -= a[i * n + k]! * w[k * columns + c]!;
      w[i * columns + c] = sum / a[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i -= 1) {
      let sum = w[i * columns + c]!;
      for (let k = i + 1; k < n; k += 1) sum -= a[k * n + i]! * w[k * columns + c]!;
      w[i * columns + c] = sum / a[i * n + i]!;
    }
  }
  return w;
}
