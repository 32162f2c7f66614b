/** Models timed side by side, so that what disturbs the machine disturbs all, and none has warmer caches than the others. */
import type { MaybeEstimate } from '../../../shared/measurement.ts';
import { orderedFromSamples } from '../measure/ordered-values.ts';
import { fewestSamples, quantileEstimate } from '../measure/quantile-interval.ts';
import type { Session } from '../ports.ts';
import type { Feeds } from './pass.ts';

export interface TimedModel {
  readonly session: Pick<Session, 'run'>;
  /** Taken in turn; each model's n-th belongs to the same example. */
  readonly feeds: readonly Feeds[];
}

export interface TurnLimits {
  readonly leastRounds: number;
  readonly mostRounds: number;
  /** Rounds begin until so much time has passed. */
  readonly durationMs: number;
  readonly signal?: AbortSignal;
}

/** A model that others ran before finds its weights in memory again; it is run so often, or so long, before it is timed. */
const warmRuns = 3;
const warmMs = 4;

/**
 * Times of each model, ms, one a round. In a round every model has one turn, beginning with another each time: runs that
 * aren't timed, then one that is. With the turns of one model right after those of another, or one running oftener, the same
 * model was seen 3 to 8% apart from itself (digits-squeezenet, AMD EPYC).
 */
export async function timeByTurns(models: readonly TimedModel[], limits: TurnLimits): Promise<number[][]> {
  const times = models.map((): number[] => []);
  const isEmpty = models.some(({ feeds }) => feeds.length === 0);
  const endMs = performance.now() + limits.durationMs;
  for (let round = 0; !isEmpty && round < limits.mostRounds; round += 1) {
    if (round >= limits.leastRounds && performance.now() >= endMs) break;
    for (let turn = 0; turn < models.length; turn += 1) {
      if (limits.signal?.aborted === true) return wholeRounds(times);
      const place = (round + turn) % models.length;
      times[place]!.push(await timedMs(models[place]!, round));
    }
  }
  return times;
}

function wholeRounds(times: readonly number[][]): number[][] {
  const rounds = Math.min(...times.map(({ length }) => length));
  return times.map((own) => own.slice(0, rounds));
}

async function timedMs({ session, feeds }: TimedModel, round: number): Promise<number> {
  const feed = feeds[round % feeds.length]!;
  const beganMs = performance.now();
  for (let run = 0; run === 0 || (run < warmRuns && performance.now() - beganMs < warmMs); run += 1)
    await session.run(feed);
  const startedMs = performance.now();
  await session.run(feed);
  return performance.now() - startedMs;
}

/** A model's time over another's in the same round: the median over the rounds with its 95% interval; blank below 11 rounds. */
export const ratioOfTimes = (times: readonly number[], others: readonly number[]): MaybeEstimate =>
  quantileEstimate(
    orderedFromSamples(Float64Array.from(times, (ms, round) => ms / others[round]!)),
    0.5,
    fewestSamples.p50,
  );
