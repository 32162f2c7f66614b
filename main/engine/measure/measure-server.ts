/** Server: queries arrive by a Poisson process, whether or not the ones before are done; latency counts from arrival. */
import type { MeasureOptions, Measurement } from '../../../shared/measurement.ts';
import type { Random } from './seeded-random.ts';
import type { StreamResult } from './measure-stream.ts';
import { orderedFromSamples, quantile } from './ordered-values.ts';
import { fewestSamples } from './quantile-interval.ts';
import { createSampleRecord } from './sample-record.ts';
import type { SampleRecord } from './sample-record.ts';
import { createStoppingRule } from './stopping-rule.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface ServerOptions {
  readonly measure: MeasureOptions;
  readonly queriesPerSecond: number;
  readonly latencyBoundMs: number;
  readonly random: Random;
  /** Resolves at that time of the clock, or as soon after as can be. */
  readonly waitUntil: (timeMs: number) => Promise<void>;
  readonly between?: (elapsedMs: number, record: SampleRecord) => void;
}

export interface ServerResult extends StreamResult {
  readonly server: NonNullable<Measurement['server']>;
  /** Queries that had arrived and waited when measuring ended. */
  readonly unserved: number;
  /** The percentile that `withinBound` was judged by, as a fraction; null where the samples support none. */
  readonly judgedBy: number | null;
}

/** Serves queries first come, first served, until the stopping rule is met. MLPerf Inference, Server scenario. */
export async function measureServer({ nowMs, infer }: Stopwatch, options: ServerOptions): Promise<ServerResult> {
  const record = createSampleRecord();
  const stop = createStoppingRule(record, options.measure);
  const beganMs = nowMs();
  let arrivalMs = beganMs;
  for (let turn = 0; ; turn += 1) {
    arrivalMs = nextArrival(arrivalMs, options);
    if (nowMs() < arrivalMs) {
      options.between?.(nowMs() - beganMs, record);
      await options.waitUntil(arrivalMs);
    }
    await infer(turn);
    const endMs = nowMs();
    record.add(endMs - arrivalMs);
    const stopped = stop(endMs - beganMs);
    if (stopped === null) continue;
    const late = waitingAt(endMs, arrivalMs, options);
    return { record, beganMs, endedMs: endMs, stopped, ...judge(record, late, options) };
  }
}

/** Exponential gaps make a Poisson process. */
const nextArrival = (afterMs: number, { queriesPerSecond, random }: ServerOptions): number =>
  afterMs - (Math.log1p(-random()) * 1000) / queriesPerSecond;

/** Queries that came up to `nowMs` and were not served, and how many of these are already over the bound. */
function waitingAt(
  nowMs: number,
  lastServedMs: number,
  options: ServerOptions,
): { waiting: number; overBound: number } {
  let waiting = 0;
  let overBound = 0;
  for (let at = nextArrival(lastServedMs, options); at <= nowMs; at = nextArrival(at, options)) {
    waiting += 1;
    if (nowMs - at > options.latencyBoundMs) overBound += 1;
  }
  return { waiting, overBound };
}

const percentiles = [
  [0.99, fewestSamples.p99],
  [0.95, fewestSamples.p95],
  [0.9, fewestSamples.p90],
  [0.5, fewestSamples.p50],
] as const;

/** By the highest percentile that the samples support; a query that still waits past the bound counts as late. */
function judge(
  record: SampleRecord,
  late: { readonly waiting: number; readonly overBound: number },
  options: ServerOptions,
): Pick<ServerResult, 'server' | 'unserved' | 'judgedBy'> {
  const samples = record.samplesMs();
  const all = new Float64Array(samples.length + late.overBound).fill(Infinity);
  all.set(samples);
  const judgedBy = percentiles.find(([, fewest]) => all.length >= fewest)?.[0] ?? null;
  const withinBound = judgedBy !== null && quantile(orderedFromSamples(all), judgedBy) <= options.latencyBoundMs;
  return {
    unserved: late.waiting,
    judgedBy,
    server: {
      offeredPerSecond: options.queriesPerSecond,
      withinBound,
      boundMs: options.latencyBoundMs,
      completed: record.count(),
    },
  };
}
