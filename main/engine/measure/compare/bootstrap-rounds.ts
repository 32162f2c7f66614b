/** The mean of rounds and its error: rounds are resampled, then the samples within them. */
import type { Random } from '../seeded-random.ts';

/** One figure of one round on a logarithmic scale. */
export interface Draws {
  readonly log: number;
  /** The same of a resample of its inferences. */
  readonly draw: (random: Random) => number;
}

export const usualResamples = 1_000;

/** Standard error of the mean of the rounds by hierarchical bootstrap, corrected for few rounds. */
export function spreadOf(rounds: readonly Draws[], resamples: number, random: Random): number {
  let sum = 0;
  let sumOfSquares = 0;
  const centre = meanLog(rounds);
  for (let resample = 0; resample < resamples; resample += 1) {
    let total = 0;
    for (let place = 0; place < rounds.length; place += 1) {
      total += rounds[Math.floor(random() * rounds.length)]!.draw(random);
    }
    const value = total / rounds.length - centre;
    sum += value;
    sumOfSquares += value * value;
  }
  const variance = Math.max(0, (sumOfSquares - (sum * sum) / resamples) / (resamples - 1));
  return Math.sqrt((variance * rounds.length) / (rounds.length - 1));
}

/** Mean of the rounds' logarithms. */
export const meanLog = (rounds: readonly Pick<Draws, 'log'>[]): number =>
  rounds.reduce((sum, { log }) => sum + log, 0) / rounds.length;
