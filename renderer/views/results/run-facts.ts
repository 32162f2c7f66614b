import type { LatencyStatistics, MaybeEstimate } from '../../../shared/measurement.ts';
import type { Run } from '../../../shared/sweep.ts';
import type { Text } from '../../text/en.ts';
import type { Format } from '../../text/format.ts';
import { figureName, figureText } from '../accuracy/figure-text.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
}

/** What was run, in words. */
export function cellFacts({ cell, ...run }: Run, text: Text['results'], format: Format): readonly Fact[] {
  const names = text.columns;
  const shapes = Object.entries(cell.inputShapes).map(([name, shape]) => `${name} ${shape.join('×')}`);
  const options = Object.entries(cell.sessionOptions).map(([name, value]) => `${name}=${value}`);
  return [
    { name: names.variant, value: cell.variant },
    { name: names.precision, value: run.precision },
    { name: names.sizeBytes, value: run.sizeBytes === 0 ? '–' : format.bytes(run.sizeBytes) },
    { name: names.provider, value: cell.provider },
    { name: names.batchSize, value: format.number(cell.batchSize) },
    { name: names.threads, value: format.number(cell.threads) },
    { name: names.graphOptimization, value: cell.graphOptimization },
    { name: names.scenario, value: cell.scenario.kind },
    { name: names.dataset, value: cell.dataset ?? '–' },
    { name: names.sweepName, value: run.sweepName },
    { name: names.round, value: format.number(run.round) },
    { name: names.startedAt, value: format.dateTime(run.startedAt), title: run.startedAt },
    { name: text.seed, value: String(run.seed) },
    { name: text.inputShapes, value: shapes.join(', ') },
    ...(options.length === 0 ? [] : [{ name: text.sessionOptions, value: options.join(', ') }]),
    { name: names.modelSha256, value: cell.modelSha256.slice(0, 16), title: cell.modelSha256 },
  ];
}

/** What was measured, in words; empty where nothing was. A blank shows its reason when pointed at. */
export function measurementFacts(
  { measurement }: Run,
  { results: text, accuracy, engine }: Text,
  format: Format,
): readonly Fact[] {
  if (measurement === null) return [];
  const names = text.columns;
  const { statistics } = measurement;
  const estimate = (name: string, figure: MaybeEstimate, write: (value: number) => string): Fact =>
    figure.value === null
      ? { name, value: '–', title: engine(figure.reason) }
      : { name, value: write(figure.value), title: text.interval(write(figure.low), write(figure.high)) };
  const latency = (name: string, figure: MaybeEstimate): Fact => estimate(name, figure, format.latencyMs);
  const plain = (
    name: string,
    value: number | null,
    write: (value: number) => string,
    title?: string,
  ): readonly Fact[] =>
    value === null ? [] : [{ name, value: write(value), ...(title === undefined ? {} : { title }) }];
  return [
    latency(names.p50Ms, statistics.p50),
    latency(names.p90Ms, statistics.p90),
    latency(names.p95Ms, statistics.p95),
    latency(names.p99Ms, statistics.p99),
    latency(names.p999Ms, statistics.p999),
    latency(names.meanMs, statistics.mean),
    latency(text.standardDeviation, statistics.standardDeviation),
    latency(text.medianAbsoluteDeviation, statistics.medianAbsoluteDeviation),
    { name: names.minMs, value: format.latencyMs(statistics.min) },
    { name: names.maxMs, value: format.latencyMs(statistics.max) },
    { name: names.samples, value: format.number(statistics.count) },
    {
      name: text.outliers,
      value: text.outliersOf(format.number(statistics.outliers.mild), format.number(statistics.outliers.severe)),
      title: text.outliersTitle,
    },
    ...plain(
      text.autocorrelation,
      statistics.autocorrelation,
      (value) => format.number(value, 2),
      text.autocorrelationTitle,
    ),
    ...stationarityFact(statistics, text, format),
    estimate(names.throughputPerSecond, measurement.throughputPerSecond, (value) => `${format.digits(value)}/s`),
    { name: names.sessionCreationMs, value: format.latencyMs(measurement.sessionCreationMs) },
    { name: names.coldInferenceMs, value: format.latencyMs(measurement.coldInferenceMs) },
    {
      name: text.warmup,
      value: format.durationMs(measurement.warmup.durationMs),
      title: measurement.warmup.steady ? text.reachedSteady : text.notSteady,
    },
    { name: text.measuring, value: format.durationMs(measurement.measuringMs), title: measurement.stopped },
    ...(measurement.turns === undefined
      ? []
      : [
          {
            name: text.turns,
            value: text.turnsOf(
              format.number(measurement.turns.counts.length),
              format.number(measurement.turns.others),
            ),
            title: text.turnsTitle(format.durationMs(measurement.turns.spanMs)),
          },
        ]),
    { name: names.harnessOverheadMs, value: format.latencyMs(measurement.harnessOverheadMs) },
    { name: names.peakRssBytes, value: format.bytes(measurement.peakRssBytes) },
    { name: text.inputs, value: engine(measurement.inputSource) },
    ...measurement.quality.map(({ name, value, unit, examples, dataset, low, high }) => ({
      name: figureName(name, accuracy),
      value: figureText(value, unit, format),
      title: text.qualityTitle(
        format.number(examples),
        dataset,
        low === null || high === null ? '' : text.interval(format.digits(low), format.digits(high)),
      ),
    })),
  ];
}

function stationarityFact({ stationarity }: LatencyStatistics, text: Text['results'], format: Format): readonly Fact[] {
  if (stationarity === undefined) return [];
  if (stationarity === null) return [{ name: text.stationarity, value: '–', title: text.tooFewForStationarity }];
  const drift = `${stationarity.drift < 0 ? '−' : '+'}${format.percent(Math.abs(stationarity.drift))}`;
  return [
    {
      name: text.stationarity,
      value: stationarity.stationary ? text.stationary : text.notStationary(drift),
      title: text.stationarityTitle(format.number(stationarity.statistic, 3), drift),
    },
  ];
}
