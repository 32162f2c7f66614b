/** How far a variant's output is from its parent's. */
import type { QualityMetric } from '../../../shared/measurement.ts';
import type { TensorValues } from '../ports.ts';
import { rowDivergence } from './divergence.ts';
import { largestIndex, shareMetric } from './metrics.ts';

export interface DriftMeter {
  /** Takes in a batch of one output: `examples` of `length` values each from the start of both arrays. */
  readonly add: (reference: TensorValues, outcome: TensorValues, examples: number, length: number) => void;
  readonly snrDb: () => number;
  /** Empty where nothing was taken in; figures that are not numbers (because outputs aren't) are left out, and those counted. */
  readonly metrics: (dataset: string) => QualityMetric[];
}

/** Stands for the SNR of equal outputs, which has no finite one; its negative, for that of a vanished signal. */
const exactSnrDb = 999;

/**
 * Sums over all values of all examples: SNR = 20·log10(‖x‖/‖x−y‖) dB, cosine of the angle between x and y, largest
 * |x−y|, values that are NaN or infinite, and where the output gives a score for each class (`scoresClasses`) the share of
 * examples with the same top and the mean divergence of the classes' distribution.
 */
export function createDriftMeter(scoresClasses: boolean): DriftMeter {
  let signal = 0;
  let noise = 0;
  let product = 0;
  let power = 0;
  let largest = 0;
  let agreements = 0;
  let divergence = 0;
  let notFinite = 0;
  let seen = 0;
  const snrDb = (): number => {
    if (noise === 0) return exactSnrDb;
    return Math.max(-exactSnrDb, Math.min(exactSnrDb, 10 * Math.log10(signal / noise)));
  };
  return {
    add: (reference, outcome, examples, length) => {
      for (let index = 0; index < examples * length; index += 1) {
        const x = Number(reference[index]);
        const y = Number(outcome[index]);
        const distance = Math.abs(x - y);
        if (!Number.isFinite(y)) notFinite += 1;
        if (!(distance <= largest)) largest = Number.isNaN(distance) ? Infinity : distance;
        signal += x * x;
        noise += distance * distance;
        product += x * y;
        power += y * y;
      }
      if (scoresClasses) {
        agreements += countAgreements(reference, outcome, examples, length);
        for (let example = 0; example < examples; example += 1)
          divergence += rowDivergence(reference, outcome, example * length, length);
      }
      seen += examples;
    },
    snrDb,
    metrics: (dataset) => {
      if (seen === 0) return [];
      const plain = (name: string, value: number, unit = ''): QualityMetric[] =>
        Number.isFinite(value) ? [{ name, value, low: null, high: null, examples: seen, unit, dataset }] : [];
      return [
        ...plain('snr_db', snrDb(), 'dB'),
        ...plain('cosine', signal === 0 && power === 0 ? 1 : product / Math.sqrt(signal * power)),
        ...plain('max_abs_diff', largest),
        ...plain('not_finite', notFinite),
        ...(scoresClasses ? [shareMetric('top1_agreement', agreements, seen, dataset)] : []),
        ...(scoresClasses ? plain('kl_divergence', divergence / seen, 'nats') : []),
      ];
    },
  };
}

function countAgreements(reference: TensorValues, outcome: TensorValues, examples: number, length: number): number {
  let agreements = 0;
  for (let example = 0; example < examples; example += 1) {
    const offset = example * length;
    if (largestIndex(reference, offset, length) === largestIndex(outcome, offset, length)) agreements += 1;
  }
  return agreements;
}
