/** One figure of one round on a logarithmic scale, and draws of it as resampled inferences would give it. */
import type { ComparedStatistic } from '../../../../shared/comparison.ts';
import type { TurnRecord } from '../../../../shared/measurement.ts';
import { varianceInflation } from '../dependence.ts';
import { orderedFromSorted, quantile } from '../ordered-values.ts';
import { fewestSamplesOf } from '../quantile-interval.ts';
import { drawnQuantile, normalVariate } from './resampled-quantile.ts';
import type { Random } from '../seeded-random.ts';
import { turnValues } from './turn-pairs.ts';
import type { TurnValues } from './turn-pairs.ts';

/** Latencies in ms of one cell in one round, in the order in which they were taken. */
export interface RoundSamples {
  readonly round: number;
  readonly samplesMs: Float64Array;
  /** The same ascending, where it is there already. */
  readonly sortedMs?: Float64Array;
  /** Where they were taken by turns with other cells. */
  readonly turns?: Pick<TurnRecord, 'block' | 'counts'> | undefined;
}

export interface RoundValue {
  readonly round: number;
  /** Natural logarithm of what the candidate takes: a latency, or the time per example. */
  readonly log: number;
  /** The same of a resample. */
  readonly draw: (random: Random) => number;
  /** The same turn by turn; null where it was measured in one piece, or a turn has too few samples for it. */
  readonly turns: TurnValues | null;
}

const meanGroups = 20;

/** Fewest samples of a round for a statistic. */
export const fewestOf = (statistic: ComparedStatistic): number =>
  statistic === 'throughput' ? meanGroups : fewestSamplesOf(probabilityOf(statistic));

const probabilityOf = (percentile: `p${number}`): number => Number(percentile.slice(1)) / 100;

/** The figure of a round; null where it has too few samples for it. */
export function roundValue(samples: RoundSamples, statistic: ComparedStatistic): RoundValue | null {
  const { round, samplesMs } = samples;
  if (samplesMs.length < fewestOf(statistic)) return null;
  const turns = samples.turns === undefined ? null : turnValues(samplesMs, samples.turns, statistic);
  return statistic === 'throughput'
    ? { round, turns, ...meanValue(samplesMs) }
    : { round, turns, ...quantileValue(samples, probabilityOf(statistic)) };
}

/** Samples that depend on their neighbours count as fewer independent ones: what a block bootstrap would give, without its blocks. */
function quantileValue({ samplesMs, sortedMs }: RoundSamples, probability: number): Pick<RoundValue, 'log' | 'draw'> {
  const sorted = sortedMs ?? samplesMs.toSorted();
  const value = quantile(orderedFromSorted(sorted), probability);
  const independent = sorted.length / varianceInflation(samplesMs, value, probability);
  return {
    log: Math.log(value),
    draw: (random) => Math.log(drawnQuantile(sorted, probability, independent, random)),
  };
}

/** Throughput of one stream is the inverse of the mean latency; its error comes from means of 20 consecutive groups. */
function meanValue(samplesMs: Float64Array): Pick<RoundValue, 'log' | 'draw'> {
  const perGroup = Math.floor(samplesMs.length / meanGroups);
  const mean = meanOf(samplesMs);
  const groups = Float64Array.from({ length: meanGroups }, (_, group) =>
    meanOf(samplesMs.subarray(group * perGroup, (group + 1) * perGroup)),
  );
  const centre = meanOf(groups);
  const variance = groups.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (meanGroups - 1);
  const relativeError = Math.sqrt(variance / meanGroups) / mean;
  return { log: Math.log(mean), draw: (random) => Math.log(mean) + relativeError * normalVariate(random) };
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
