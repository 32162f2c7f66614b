/** Runs inference in processes of their own, and joins what they tell. */
import { CrivoError, fromFailure, toFailure } from '../../shared/errors.ts';
import type { ProviderName } from '../../shared/hardware.ts';
import { say } from '../../shared/phrases/phrase.ts';
import { judgeInterference } from '../engine/measure/interference.ts';
import type { SensorSummary } from '../engine/measure/interference.ts';
import type { CellOutcome, CellRequest, InferenceRunner, ProviderProof, RunOptions } from '../engine/ports.ts';
import { nowMs } from './cell-clock.ts';
import { applyConditions, coolDown } from './cell-conditions.ts';
import type { Backends, CellResult, CellRole, CellStream, MessageFromCell, MessageToCell } from './cell-messages.ts';
import { launch } from './launcher.ts';
import type { LaunchedProcess } from './launcher.ts';
import { watchSensors } from './machine-sensors.ts';
import type { GpuReading, SensorWatch } from './machine-sensors.ts';
import { withTemporaryFolder } from './process-environment.ts';
import { identityModel, proofModel } from './tiny-models.ts';

export interface RunnerOptions {
  /** A Node binary, version 24 or newer; never Electron. */
  readonly nodePath: string;
  /** The cell process's program: `cell-entry.ts`, or its built form. */
  readonly cellEntryPath: string;
  /** Added to the processes' environment (library paths of a provider). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where each cell gets a temporary folder of its own (a data folder's work folder); else the system's. */
  readonly temporaryParent?: string;
  /** Options for Node in processes that run on a provider (the copy of ONNX Runtime that has CUDA). */
  readonly nodeOptionsFor?: (provider: ProviderName) => readonly string[];
  /** What the driver of the machine's GPU says now, or null; asked while a cell runs on a GPU. */
  readonly readGpu?: () => Promise<GpuReading | null>;
  /** False leaves the machine unwatched while cells are measured, to find out what watching costs. */
  readonly watch?: boolean;
}

/** From the last process being warm to all beginning at once, ms. */
const startLeadMs = 20;
const onProcessor: ReadonlySet<ProviderName> = new Set(['cpu', 'xnnpack']);
const backendsDeadlineMs = 10_000;

/** Starts nothing by itself. */
export function createInferenceRunner(options: RunnerOptions): InferenceRunner {
  return {
    measure: (request, runOptions = {}) =>
      withTemporaryFolder(options.temporaryParent, (temporary) =>
        measure({ ...options, environment: { ...options.environment, ...temporary } }, request, runOptions),
      ),
    prove: (provider, deadlineMs) => prove(options, provider, deadlineMs),
    backends: () => backends(options),
  };
}

const unwatched: SensorSummary = {
  ...{ frequencyMinMhz: null, frequencyMaxMhz: null, temperatureMaxC: null, throttled: null, powerSource: 'unknown' },
  ...{ processes: null, cpuPressure: null, memoryPressure: null, gpu: null },
};

type Cell = LaunchedProcess<MessageToCell>;

/** What comes back from the processes of one cell. */
interface CellState {
  readonly cells: Cell[];
  readonly ready: Set<Cell>;
  readonly streams: CellStream[];
  /** What the system refused of the conditions. */
  readonly refusals: Set<string>;
  sensors: SensorWatch | null;
  result: CellResult | null;
  failure: CrivoError | null;
}

async function measure(options: RunnerOptions, request: CellRequest, runOptions: RunOptions): Promise<CellOutcome> {
  const { scenario, deadlineMs, memoryLimitBytes } = request.cell;
  const processes = scenario.kind === 'offline' ? scenario.processes : 1;
  const state: CellState = {
    ...{ cells: [], ready: new Set<Cell>(), streams: [], refusals: new Set<string>() },
    ...{ sensors: null, result: null, failure: null },
  };
  const abort = new AbortController();
  const signal = runOptions.signal === undefined ? abort.signal : AbortSignal.any([runOptions.signal, abort.signal]);
  const startWatch = (): SensorWatch | null => {
    if (options.watch === false) return null;
    const measuredPids = new Set(state.cells.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
    const onGpu = options.readGpu !== undefined && !onProcessor.has(request.cell.provider);
    return watchSensors({ measuredPids, ...(onGpu ? { readGpu: options.readGpu } : {}) });
  };
  const start = (role: CellRole): Cell => {
    const cell: Cell = launch<MessageToCell, MessageFromCell>({
      ...{
        nodePath: options.nodePath,
        entryPath: options.cellEntryPath,
        title: say('theCell'),
        nodeOptions: options.nodeOptionsFor?.(request.cell.provider) ?? [],
        deadlineMs,
        memoryLimitBytes,
        signal,
      },
      ...(options.environment === undefined ? {} : { environment: options.environment }),
      ...(runOptions.onLog === undefined ? {} : { onLog: runOptions.onLog }),
      onMessage: (message) => take(state, cell, message, runOptions, processes, startWatch),
    });
    state.cells.push(cell);
    const order = (): void => cell.send({ type: 'measure', request, role, identityModel: identityModel() });
    if (cell.pid === undefined || request.cell.conditions === undefined) order();
    else {
      void applyConditions(cell.pid, request.cell.conditions).then((refusals) => {
        for (const refusal of refusals) state.refusals.add(refusal);
        order();
      });
    }
    return cell;
  };
  await coolDown(request.cell.conditions ?? {}, runOptions.signal);
  start(processes === 1 ? 'alone' : 'leader');
  for (let extra = 1; extra < processes; extra += 1) start('follower');
  // The first reason counts: when one process fails, the others are ended for it.
  const endings = state.cells.map(({ ended }) =>
    ended.catch((error: CrivoError) => {
      state.failure ??= error;
      abort.abort();
    }),
  );
  await Promise.all(endings);
  const sensors = (await state.sensors?.end()) ?? unwatched;
  if (state.failure !== null) throw state.failure;
  if (state.result === null) throw new CrivoError('job-failed', 'The cell ended without a result; run it again.');
  const { measurement, readings, samplesMs, answers } = state.result;
  const warnings = [...measurement.warnings, ...state.refusals];
  return {
    measurement: { ...measurement, warnings, interference: judgeInterference(readings, sensors) },
    samplesMs,
    answers,
  };
}

function take(
  state: CellState,
  from: Cell,
  message: MessageFromCell,
  { onProgress }: RunOptions,
  processes: number,
  startWatch: () => SensorWatch | null,
): void {
  const [leader, ...followers] = state.cells;
  switch (message.type) {
    case 'progress':
      if (message.progress.phase === 'measuring') state.sensors ??= startWatch();
      onProgress?.(message.progress);
      break;
    case 'ready':
      state.ready.add(from);
      if (state.ready.size === processes) {
        const startAtMs = nowMs() + startLeadMs;
        for (const cell of state.cells) cell.send({ type: 'go', startAtMs });
      }
      break;
    case 'measured':
      void state.sensors?.end();
      for (const cell of followers) cell.send({ type: 'stop' });
      break;
    case 'stream':
      state.streams.push(message.stream);
      if (state.streams.length === processes - 1) leader?.send({ type: 'streams', streams: state.streams });
      break;
    case 'result':
      state.result = message.result;
      break;
    case 'failure':
      state.failure ??= fromFailure(message.failure);
      for (const cell of state.cells) if (cell !== from) cell.end(state.failure);
      break;
    default:
      throw new Error(`unexpected message ${message.type}`);
  }
}

/** One order, one answer. */
async function ask<Answer extends MessageFromCell['type']>(
  options: RunnerOptions,
  order: MessageToCell,
  answer: Answer,
  title: string,
  deadlineMs: number,
  nodeOptions: readonly string[] = [],
): Promise<Extract<MessageFromCell, { type: Answer }>> {
  let found: MessageFromCell | null = null;
  const cell = launch<MessageToCell, MessageFromCell>({
    ...{ nodePath: options.nodePath, entryPath: options.cellEntryPath, title, deadlineMs, nodeOptions },
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    onMessage: (message) => (found = message),
  });
  cell.send(order);
  await cell.ended;
  const message = found as MessageFromCell | null;
  if (message?.type === 'failure') throw fromFailure(message.failure);
  if (message?.type !== answer) throw new CrivoError('job-failed', `${title} ended without an answer; try again.`);
  return message as Extract<MessageFromCell, { type: Answer }>;
}

async function prove(options: RunnerOptions, provider: ProviderName, deadlineMs: number): Promise<ProviderProof> {
  try {
    const order: MessageToCell = { type: 'prove', provider, model: proofModel() };
    const nodeOptions = options.nodeOptionsFor?.(provider) ?? [];
    return (await ask(options, order, 'proof', say('theTest', { provider }), deadlineMs, nodeOptions)).proof;
  } catch (error) {
    return { works: false, reason: toFailure(error).message };
  }
}

const backends = async (options: RunnerOptions): Promise<Backends> =>
  (await ask(options, { type: 'backends' }, 'backends', 'The list of providers', backendsDeadlineMs)).backends;
