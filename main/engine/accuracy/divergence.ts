/** How far a distribution over classes moved. */
import type { TensorValues } from '../ports.ts';

/** Smallest normal float32: a probability below it has underflowed. */
const smallest = 2 ** -126;
/** Rows of float32 probabilities sum to 1 within this; logits don't. */
const unitTolerance = 1e-3;

/**
 * Kullback–Leibler divergence Σ p·ln(p/q) in nats of one row of class scores (`length` values from `offset` on) from its
 * reference; scores that are no probabilities go through a softmax first. Kullback & Leibler 1951. NaN where a score is.
 */
export function rowDivergence(reference: TensorValues, outcome: TensorValues, offset: number, length: number): number {
  const isProbability = sumsToOne(reference, offset, length);
  const p = probabilities(reference, offset, length, isProbability);
  const q = probabilities(outcome, offset, length, isProbability);
  let divergence = 0;
  for (let index = 0; index < length; index += 1) {
    // What is 0 times anything adds nothing.
    if (p[index] !== 0) divergence += p[index]! * Math.log(p[index]! / Math.max(q[index]!, smallest));
  }
  return divergence;
}

function sumsToOne(values: TensorValues, offset: number, length: number): boolean {
  let sum = 0;
  for (let index = offset; index < offset + length; index += 1) {
    const value = Number(values[index]);
    if (!(value >= 0)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) <= unitTolerance;
}

function probabilities(values: TensorValues, offset: number, length: number, already: boolean): Float64Array {
  const row = Float64Array.from({ length }, (_, index) => Number(values[offset + index]));
  if (already) return row;
  // Not spread: vocabularies hold more classes than a call takes arguments.
  const most = row.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const powers = row.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
