/** One cell from the opened session to its measurement, alone or beside other processes. */
import type { LatencyStatistics, MaybeEstimate, Measurement, NodePlacement } from '../../shared/measurement.ts';
import { say } from '../../shared/phrases/phrase.ts';
import { seededRandom } from '../engine/measure/seeded-random.ts';
import { measureServer } from '../engine/measure/measure-server.ts';
import { measureStream } from '../engine/measure/measure-stream.ts';
import type { StreamResult } from '../engine/measure/measure-stream.ts';
import { createTurns } from '../engine/measure/measure-turns.ts';
import type { TurnLengths, TurnState } from '../engine/measure/measure-turns.ts';
import { mostSamplesInOrder } from '../engine/measure/sample-record.ts';
import { parallelThroughput, streamThroughput } from '../engine/measure/throughput.ts';
import type { CellRequest } from '../engine/ports.ts';
import { nowMs, waitUntil } from './cell-clock.ts';
import type { CellResult, CellRole, CellStream } from './cell-messages.ts';
import type { CellProgress } from './cell-progress.ts';
import { openCellSession } from './cell-session.ts';
import type { CellSession } from './cell-session.ts';
import { peakRssBytes, readCpu } from './cpu-reading.ts';
import { evaluateQuality } from './evaluate-quality.ts';
import { measureHarness } from './measure-harness.ts';
import { profilePlacement } from './profile.ts';

/** What the parent does between the steps of parallel processes. */
export interface CellSignals {
  /** Tells that this process is warm; resolves with the time at which all begin. */
  readonly ready: () => Promise<number>;
  /** Tells that measuring has ended here. */
  readonly measured: () => void;
  /** True once another process has ended measuring. */
  readonly stopped: () => boolean;
  /** The streams of the other processes. */
  readonly streams: () => Promise<readonly CellStream[]>;
  /** Does what is ordered, turn by turn, until measuring is over. */
  readonly takeTurns: (take: (order: TurnLengths) => Promise<TurnState>) => Promise<void>;
}

export interface CellOrder {
  readonly request: CellRequest;
  readonly role: Exclude<CellRole, 'follower'>;
  readonly identityModel: Uint8Array;
}

/** Measures and evaluates. Raises `CrivoError`. */
export async function measureCell(
  { request, role, identityModel }: CellOrder,
  progress: CellProgress,
  signals: CellSignals,
): Promise<CellResult> {
  const opened = await openCellSession(request, progress);
  const times = createTimes();
  const parallel = role === 'leader';
  if (parallel) await waitUntil(await signals.ready());
  progress.enter('measuring');
  const begin = readCpu(nowMs());
  const measured =
    role === 'turns'
      ? await measureTurns(opened, request, progress, signals)
      : await measureScenario(opened, request, progress, parallel ? times.add : undefined);
  const end = readCpu(nowMs());
  if (role !== 'turns') signals.measured();
  const own = { readings: { begin, end }, peakRssBytes: peakRssBytes() };
  const others = parallel ? await signals.streams() : [];
  const streams = parallel ? [{ ...times.stream(), ...own }, ...others] : [];
  const harnessOverheadMs = await measureHarness(identityModel);
  progress.enter('quality');
  const quality = await evaluateQuality({
    ...opened,
    parentPath: request.parentPath,
    judgesParent: request.judgesParent === true,
    onExamples: () => {},
  });
  await opened.session.release();
  progress.enter('placement');
  const placement = await placementOf(opened, request);
  const statistics = measured.record.statistics();
  const warnings = [...measured.warnings, ...warningsOf(opened, placement, statistics), ...quality.warnings];
  const measurement: CellResult['measurement'] = {
    ...opened.figures,
    measuringMs: measured.endedMs - measured.beganMs,
    statistics,
    throughputPerSecond: parallel
      ? parallelThroughput(streams, commonWindow(streams), request.cell.batchSize)
      : throughputAlone(measured, statistics.mean, request),
    harnessOverheadMs,
    peakRssBytes: own.peakRssBytes + others.reduce((sum, stream) => sum + stream.peakRssBytes, 0),
    placement,
    quality: quality.metrics,
    inputShapes: Object.fromEntries(opened.inputs.slots.map(({ name, shape }) => [name, shape])),
    inputSource: opened.inputs.source,
    ...(measured.server === undefined ? {} : { server: measured.server }),
    stopped: measured.stopped,
    warnings,
  };
  const readings = [own.readings, ...others.map((stream) => stream.readings)];
  return {
    ...{ measurement, readings, answers: quality.answers, turnCounts: measured.turnCounts ?? null },
    ...{ samplesMs: measured.record.samplesMs(), histogram: measured.record.histogram() },
  };
}

/** Runs beside a leader until that has ended, and gives what it did. */
export async function followCell(
  request: CellRequest,
  progress: CellProgress,
  signals: CellSignals,
): Promise<CellStream> {
  const { stopwatch, session } = await openCellSession(request, progress);
  const times = createTimes();
  await waitUntil(await signals.ready());
  const begin = readCpu(nowMs());
  await measureStream(stopwatch, {
    measure: request.cell.measure,
    stop: () => (signals.stopped() ? 'converged' : null),
    onTimed: times.add,
  });
  const readings = { begin, end: readCpu(nowMs()) };
  const stream = { ...times.stream(), readings, peakRssBytes: peakRssBytes() };
  await session.release();
  return stream;
}

interface Measured extends StreamResult {
  readonly server?: NonNullable<Measurement['server']>;
  readonly turnCounts?: readonly number[];
  readonly warnings: readonly string[];
}

async function measureScenario(
  { stopwatch }: CellSession,
  { cell, seed }: CellRequest,
  progress: CellProgress,
  onTimed: ((beginMs: number, endMs: number) => void) | undefined,
): Promise<Measured> {
  const { scenario, measure } = cell;
  const between = progress.measuring;
  if (scenario.kind !== 'server') {
    const stream = await measureStream(stopwatch, { measure, between, ...(onTimed === undefined ? {} : { onTimed }) });
    return { ...stream, warnings: [] };
  }
  const result = await measureServer(stopwatch, {
    ...scenario,
    measure,
    random: seededRandom(seed),
    waitUntil,
    between,
  });
  const warnings = result.unserved > 0 ? [say('unserved', { queries: result.unserved })] : [];
  return { ...result, warnings };
}

/** Measures whenever the parent says so; what is told as time measured is that of the turns alone. */
async function measureTurns(
  { stopwatch }: CellSession,
  { cell }: CellRequest,
  progress: CellProgress,
  signals: CellSignals,
): Promise<Measured> {
  const turns = createTurns(stopwatch, cell.measure);
  let state: TurnState = { elapsedMs: 0, stopped: null };
  await signals.takeTurns(async (lengths) => {
    state = await turns.take(lengths);
    progress.measuring(state.elapsedMs, turns.record);
    return state;
  });
  return {
    ...{ record: turns.record, turnCounts: turns.counts(), warnings: [] },
    ...{ beganMs: 0, endedMs: state.elapsedMs, stopped: state.stopped ?? 'duration cap' },
  };
}

/** In the server scenario what was completed over the time it took; else the inverse of the mean latency. */
function throughputAlone(measured: Measured, mean: MaybeEstimate, { cell }: CellRequest): MaybeEstimate {
  if (measured.server !== undefined) {
    const value = (cell.batchSize * measured.record.count() * 1000) / (measured.endedMs - measured.beganMs);
    // Arrivals of a Poisson process: the count's standard deviation is its root.
    const half = (1.96 * value) / Math.sqrt(measured.record.count());
    return { value, low: Math.max(0, value - half), high: value + half };
  }
  return mean.value === null ? mean : streamThroughput(measured.record.samplesMs(), mean.value, cell.batchSize);
}

/** From when the last of the processes began to when the first ended. */
const commonWindow = (streams: readonly CellStream[]): { beginMs: number; endMs: number } => ({
  beginMs: Math.max(...streams.map(({ beginsMs }) => beginsMs[0]!)),
  endMs: Math.min(...streams.map(({ endsMs }) => endsMs.at(-1)!)),
});

/** Enough for a median of each operator's time; a slow model is profiled once. */
const mostProfiled = 5;
const longestProfileMs = 50;

function placementOf({ options, inputs }: CellSession, { modelPath }: CellRequest): Promise<NodePlacement> {
  return profilePlacement(modelPath, options, async (session) => {
    const beganMs = nowMs();
    for (let turn = 0; turn < mostProfiled && (turn === 0 || nowMs() - beganMs < longestProfileMs); turn += 1) {
      await session.run(inputs.feeds[turn % inputs.feeds.length]!);
    }
  });
}

function warningsOf(
  { figures, options }: CellSession,
  placement: NodePlacement,
  { count, stationarity }: LatencyStatistics,
): string[] {
  const warnings: string[] = [];
  if (!figures.warmup.steady) warnings.push(say('notSteady'));
  const elsewhere = placement.nodeCount - placement.nodesOnProvider;
  if (elsewhere > 0) {
    warnings.push(say('nodesElsewhere', { nodes: elsewhere, all: placement.nodeCount, provider: options.provider }));
  }
  if (stationarity?.stationary === false && Math.abs(stationarity.drift) > notableDrift) {
    const share = `${(100 * Math.abs(stationarity.drift)).toFixed(1)}%`;
    warnings.push(say(stationarity.drift > 0 ? 'latencyRose' : 'latencyFell', { share }));
  }
  if (count > mostSamplesInOrder) warnings.push(say('samplesThinned'));
  return warnings;
}

/** Less is no concern, however surely it is there. */
const notableDrift = 0.02;

/** Takes in when inferences began and ended. */
function createTimes(): {
  readonly add: (beginMs: number, endMs: number) => void;
  readonly stream: () => Pick<CellStream, 'beginsMs' | 'endsMs'>;
} {
  const begins: number[] = [];
  const ends: number[] = [];
  return {
    add: (beginMs, endMs) => {
      begins.push(beginMs);
      ends.push(endMs);
    },
    stream: () => ({ beginsMs: Float64Array.from(begins), endsMs: Float64Array.from(ends) }),
  };
}
