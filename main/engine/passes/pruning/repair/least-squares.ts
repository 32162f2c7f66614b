/** Linear least squares from accumulated normal equations, pulled slightly towards a prior. */
import { accumulateProducts, choleskySolve } from './dense-algebra.ts';

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
  /** The prior with its last row (the bias, whose input is 1 everywhere) such that the outputs' means are met. */
  readonly solveBias: (prior: Float64Array) => Float64Array;
  /** Root of ‖Y − XW‖²/‖Y‖² over all rows added. */
  readonly error: (weights: Float64Array) => number;
  /** XᵀX, lower triangle, row-major. */
  readonly gram: Float64Array;
}

export function createNormalEquations(inputs: number, outputs: number): NormalEquations {
  const gram = new Float64Array(inputs * inputs);
  const cross = new Float64Array(inputs * outputs);
  let energy = 0;
  return {
    inputs,
    outputs,
    gram,
    add: (x, y, rows) => {
      accumulateProducts(gram, { a: x, m: inputs, b: x, n: inputs, rows, lowerOnly: true });
      accumulateProducts(cross, { a: x, m: inputs, b: y, n: outputs, rows, lowerOnly: false });
      for (let at = 0; at < rows * outputs; at += 1) energy += y[at]! * y[at]!;
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
    solveBias: (prior) => {
      const last = (inputs - 1) * inputs;
      const rows = gram[last + inputs - 1]!;
      const weights = prior.slice();
      for (let o = 0; o < outputs && rows > 0; o += 1) {
        let missing = cross[(inputs - 1) * outputs + o]!;
        for (let i = 0; i < inputs; i += 1) missing -= gram[last + i]! * prior[i * outputs + o]!;
        weights[(inputs - 1) * outputs + o]! += missing / rows;
      }
      return weights;
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
