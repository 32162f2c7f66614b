/** Ranges of activations on real data, in two streaming passes: memory holds one example and one histogram a tensor, whatever their number. */
import { CrivoError } from '../../../../shared/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { encodeModel } from '../../onnx/write-model.ts';
import type { TensorValue } from '../../ports.ts';
import { calmSession } from '../calm-session.ts';
import type { CalibrationSource, Feeds, PassContext } from '../pass.ts';
import { rangeGraph, tapGraph } from './calibration-graph.ts';
import type { RangeGraph } from './calibration-graph.ts';
import { addToHistogram, emptyHistogram } from './histogram.ts';
import { tailCounter } from './tail-counter.ts';
import { entropyRange, percentileRange } from './thresholds.ts';
import type { ValueRange } from './thresholds.ts';
import { say } from '../../../../shared/phrases/phrase.ts';

export type CalibrationMethod = 'minmax' | 'percentile' | 'entropy';

export interface CalibrationOptions {
  readonly method: CalibrationMethod;
  /** Share of values that percentile keeps, 0–100. */
  readonly percentile: number;
  readonly bins: number;
  /** Levels that entropy merges bins to. */
  readonly levels: number;
  /** Weight of each new example in a moving average of extremes; 0 takes the extremes of all (minmax only). */
  readonly movingAverage: number;
  /** Examples at most, or null for all. */
  readonly limit: number | null;
}

export interface Calibration {
  readonly ranges: ReadonlyMap<string, ValueRange>;
  readonly examples: number;
  readonly durationMs: number;
  /** Part of the duration spent in ONNX Runtime. */
  readonly inferenceMs: number;
}

type Context = Pick<PassContext, 'openSession' | 'signal' | 'progress'> & { readonly calibration: CalibrationSource };

/** Ranges of the tensors by the method chosen. Raises `invalid-dataset` (no examples), `cancelled`, and `job-failed` on NaN inside the model. */
export async function calibrate(
  graph: Graph,
  tensors: readonly string[],
  options: CalibrationOptions,
  context: Context,
): Promise<Calibration> {
  const startedMs = performance.now();
  const run = new StreamedRuns(context, options, options.method === 'minmax' ? 1 : 2);
  const observed = await observeRanges(graph, tensors, options, run);
  const ranges =
    options.method === 'minmax' ? observed.ranges : await rangesByHistogram(graph, tensors, options, observed, run);
  const durationMs = performance.now() - startedMs;
  return { ranges, examples: run.examples, durationMs, inferenceMs: run.inferenceMs };
}

/** Runs every example through a model, counting the time in ONNX Runtime. */
class StreamedRuns {
  inferenceMs = 0;
  examples = 0;
  private passesDone = 0;
  private readonly context: Context;
  private readonly limit: number;
  private readonly passes: number;

  constructor(context: Context, options: CalibrationOptions, passes: number) {
    this.context = context;
    this.limit = Math.min(options.limit ?? Infinity, context.calibration.count);
    this.passes = passes;
  }

  async each(
    graph: Graph,
    take: (results: Readonly<Record<string, TensorValue>>, feeds: Feeds) => void,
  ): Promise<void> {
    const { calibration, openSession, signal, progress } = this.context;
    const session = await this.timed(() =>
      openSession(encodeModel(graph.model), { ...calmSession, graphOptimization: 'disabled' }),
    );
    try {
      let seen = 0;
      for await (const feeds of calibration.feeds({ batchSize: 1, limit: this.limit })) {
        if (signal.aborted) throw new CrivoError('cancelled', say('calibrationCancelled'));
        const results = await this.timed(() => session.run(feeds));
        take(results, feeds);
        giveBack(results);
        seen += 1;
        progress(
          (this.passesDone + seen / this.limit) / this.passes,
          say('calibratingOn', { example: seen, count: this.limit }),
        );
      }
      if (seen === 0) throw new CrivoError('invalid-dataset', say('calibrationEmpty', { dataset: calibration.name }));
      this.examples = seen;
      this.passesDone += 1;
    } finally {
      await session.release();
    }
  }

  private async timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const startedMs = performance.now();
    const result = await work();
    this.inferenceMs += performance.now() - startedMs;
    return result;
  }
}

/** Frees what a run gave: until its own turn the garbage collector would let tens of MB of it gather. */
function giveBack(results: Readonly<Record<string, TensorValue>>): void {
  for (const { values } of Object.values(results)) {
    const { buffer } = values;
    // One that others have a part of is not for us to free.
    if (buffer instanceof ArrayBuffer && buffer.byteLength === values.byteLength && !buffer.detached)
      buffer.transfer(0);
  }
}

interface Observed {
  readonly ranges: Map<string, ValueRange>;
  /** Smallest |x| of each tensor, in order; for percentiles. */
  readonly magnitudes: Float32Array;
  /** How many values each tensor has over all examples; for percentiles. */
  readonly sizes: Float64Array;
}

async function observeRanges(
  graph: Graph,
  tensors: readonly string[],
  options: CalibrationOptions,
  run: StreamedRuns,
): Promise<Observed> {
  const reduced = rangeGraph(graph, tensors, options.method === 'percentile');
  const seen = {
    lows: new Float32Array(tensors.length).fill(Infinity),
    highs: new Float32Array(tensors.length).fill(-Infinity),
    magnitudes: new Float32Array(tensors.length).fill(Infinity),
    sizes: new Float64Array(tensors.length),
  };
  const pace = options.method === 'minmax' ? options.movingAverage : 0;
  await run.each(reduced.graph, (results) => mergeRanges(results, reduced, tensors, seen, pace));
  const { lows, highs } = seen;
  const ranges = new Map(tensors.map((tensor, index) => [tensor, { low: lows[index]!, high: highs[index]! }]));
  return { ranges, ...seen };
}

interface Seen extends Omit<Observed, 'ranges'> {
  readonly lows: Float32Array;
  readonly highs: Float32Array;
}

function mergeRanges(
  results: Readonly<Record<string, TensorValue>>,
  reduced: RangeGraph,
  tensors: readonly string[],
  seen: Seen,
  pace: number,
): void {
  const lows = results[reduced.lows]!.values as Float32Array;
  const highs = results[reduced.highs]!.values as Float32Array;
  const sums = results[reduced.sums]!.values as Float32Array;
  tensors.forEach((tensor, index) => {
    const low = lows[index]!;
    const high = highs[index]!;
    if (!Number.isFinite(low) || !Number.isFinite(high) || Number.isNaN(sums[index]!)) throw notFinite(tensor);
    const isFirst = seen.lows[index] === Infinity;
    const averaged = (old: number, next: number): number => old + pace * (next - old);
    seen.lows[index] = pace > 0 && !isFirst ? averaged(seen.lows[index]!, low) : Math.min(seen.lows[index]!, low);
    seen.highs[index] = pace > 0 && !isFirst ? averaged(seen.highs[index]!, high) : Math.max(seen.highs[index]!, high);
  });
  if (reduced.magnitudes === null) return;
  const smallest = results[reduced.magnitudes.smallest]!.values as Float32Array;
  const sizes = results[reduced.magnitudes.sizes]!.values as BigInt64Array;
  smallest.forEach((value, index) => {
    seen.magnitudes[index] = Math.min(seen.magnitudes[index]!, value);
    seen.sizes[index]! += Number(sizes[index]);
  });
}

const notFinite = (tensor: string): CrivoError => new CrivoError('job-failed', say('rangeNaN', { tensor }));

async function rangesByHistogram(
  graph: Graph,
  tensors: readonly string[],
  options: CalibrationOptions,
  observed: Observed,
  run: StreamedRuns,
): Promise<Map<string, ValueRange>> {
  const absolute = options.method === 'percentile';
  const counted = tensors.map((tensor, index) => {
    const { low, high } = observed.ranges.get(tensor)!;
    const reach = Math.max(-low, high);
    const first = absolute ? observed.magnitudes[index]! : -reach;
    const histogram = emptyHistogram(first, reach, options.bins, absolute);
    const add = absolute
      ? tailCounter(histogram, options.percentile, observed.sizes[index]!)
      : (values: Float32Array): void => addToHistogram(histogram, values);
    return { tensor, histogram, add };
  });
  // ONNX Runtime hands over inputs that are outputs wrongly (microsoft/onnxruntime#21922); the feeds hold them anyway.
  const inside = tensors.filter((tensor) => !graph.isInput(tensor));
  await run.each(tapGraph(graph, inside), (results, feeds) => {
    for (const { tensor, add } of counted) add((results[tensor] ?? feeds[tensor])!.values as Float32Array);
  });
  return new Map(
    counted.map(({ tensor, histogram }) => {
      const seen = observed.ranges.get(tensor)!;
      const range = absolute
        ? percentileRange(histogram, options.percentile, seen)
        : entropyRange(histogram, options.levels, seen);
      return [tensor, range];
    }),
  );
}
