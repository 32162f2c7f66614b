/** Linear least squares from accumulated normal equations, pulled slightly towards a prior. */
import { choleskySolve } from './dense-algebra.ts';
import type { RowProducts } from './row-products.ts';

export interface NormalEquations {
  readonly inputs: number;
  readonly outputs: number;
  /** Adds rows: `x` holds `rows` values of each input one input after the other, `y` those of each output. */
  readonly add: (x: Float32Array, y: Float32Array, rows: number) => Promise<void>;
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

export function createNormalEquations(
  inputs: number,
  outputs: number,
  products: Pick<RowProducts, 'addTo'>,
): NormalEquations {
  const gram = new Float64Array(inputs * inputs);
  const cross = new Float64Array(inputs * outputs);
  let energy = 0;
  return {
    inputs,
    outputs,
    gram,
    add: async (x, y, rows) => {
      await products.addTo(gram, cross, { x, inputs, y, outputs, rows });
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
      // Row by row of the lower triangle: each entry beside the diagonal counts twice.
      for (let i = 0; i < inputs; i += 1) {
        for (let j = 0; j <= i; j += 1) {
          const entry = gram[i * inputs + j]! * (j === i ? 1 : 2);
          let product = 0;
          for (let o = 0; o < outputs; o += 1) product += weights[i * outputs + o]! * weights[j * outputs + o]!;
          squares += entry * product;
        }
        for (let o = 0; o < outputs; o += 1) squares -= 2 * weights[i * outputs + o]! * cross[i * outputs + o]!;
      }
      return energy === 0 ? 0 : Math.sqrt(Math.max(0, squares) / energy);
    },
  };
}
