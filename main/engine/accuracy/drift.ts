/** How far a variant's outputs are from its parent's. */
import type { QualityMetric } from '../../../shared/measurement.ts';
import type { TensorValues } from '../ports.ts';
import { largestIndex, shareMetric } from './metrics.ts';

export interface DriftMeter {
  /** Takes in one output of one batch: `examples` of `length` values each from the start of both arrays. */
  readonly add: (reference: TensorValues, outcome: TensorValues, examples: number, length: number) => void;
  /** Empty where nothing was taken in. */
  readonly metrics: (dataset: string) => QualityMetric[];
}

/** What stands for an SNR without noise: exact equality has no finite one. */
export const exactSnrDb = 999;

/**
 * Sums over all outputs of all examples. SNR = 20·log10(‖x‖/‖x−y‖) dB, capped where the outputs are equal; cosine of
 * the angle between x and y; largest |x−y|; the share of examples with the same largest class (`rankClasses`), each as
 * of the first output that is added for it.
 */
export function createDriftMeter(rankClasses: boolean): DriftMeter {
  let signal = 0;
  let noise = 0;
  let product = 0;
  let power = 0;
  let largest = 0;
  let agreements = 0;
  let seen = 0;
  return {
    add: (reference, outcome, examples, length) => {
      for (let index = 0; index < examples * length; index += 1) {
        const x = Number(reference[index]);
        const y = Number(outcome[index]);
        signal += x * x;
        noise += (x - y) ** 2;
        product += x * y;
        power += y * y;
        // A NaN difference must not be lost in a comparison.
        if (!(Math.abs(x - y) <= largest)) largest = Math.abs(x - y);
      }
      for (let example = 0; example < examples; example += 1) {
        const offset = example * length;
        const same = rankClasses && largestIndex(reference, offset, length) === largestIndex(outcome, offset, length);
        if (same) agreements += 1;
      }
      seen += examples;
    },
    metrics: (dataset) => {
      if (seen === 0) return [];
      const plain = (name: string, value: number, unit = ''): QualityMetric => ({
        name,
        value,
        low: null,
        high: null,
        examples: seen,
        unit,
        dataset,
      });
      const snrDb = noise === 0 ? exactSnrDb : Math.min(exactSnrDb, 10 * Math.log10(signal / noise));
      const cosine = signal === 0 && power === 0 ? 1 : product / Math.sqrt(signal * power);
      return [
        plain('snr_db', snrDb, 'dB'),
        plain('cosine', cosine),
        plain('max_abs_diff', largest),
        ...(rankClasses ? [shareMetric('top1_agreement', agreements, seen, dataset)] : []),
      ];
    },
  };
}
