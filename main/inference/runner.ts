/** Runs inference in processes of their own, and joins what they tell. */
import { CrivoError, fromFailure, toFailure } from '../../shared/errors.ts';
import type { ProviderName } from '../../shared/hardware.ts';
import { say } from '../../shared/phrases/phrase.ts';
import { judgeInterference } from '../engine/measure/interference.ts';
import type { CellOutcome, CellRequest, InferenceRunner, ProviderProof, RunOptions } from '../engine/ports.ts';
import { nowMs } from './cell-clock.ts';
import { coolDown } from './cell-conditions.ts';
import type { Backends, CellResult, CellRole, CellStream, MessageFromCell, MessageToCell } from './cell-messages.ts';
import { launch } from './launcher.ts';
import type { SensorWatch } from './machine-sensors.ts';
import { withTemporaryFolder } from './process-environment.ts';
import { startCell } from './start-cell.ts';
import type { CellProcess, RunnerOptions } from './start-cell.ts';
import { proofModel } from './tiny-models.ts';
import { createTurnBlock } from './turn-block.ts';
import { unwatched, watchCells } from './watch-cells.ts';

/** From the last process being warm to all beginning at once, ms. */
const startLeadMs = 20;
const backendsDeadlineMs = 10_000;

/** Starts nothing by itself. */
export function createInferenceRunner(options: RunnerOptions): InferenceRunner {
  return {
    measure: (request, runOptions = {}) =>
      withTemporaryFolder(options.temporaryParent, (temporary) =>
        measure({ ...options, environment: { ...options.environment, ...temporary } }, request, runOptions),
      ),
    takeTurns: (cells) => createTurnBlock(options, cells),
    prove: (provider, deadlineMs) => prove(options, provider, deadlineMs),
    backends: () => backends(options),
  };
}

/** What comes back from the processes of one cell. */
interface CellState {
  readonly cells: CellProcess[];
  readonly ready: Set<CellProcess>;
  readonly streams: CellStream[];
  /** What the system refused of the conditions. */
  readonly refusals: Set<string>;
  sensors: SensorWatch | null;
  result: CellResult | null;
  failure: CrivoError | null;
}

async function measure(options: RunnerOptions, request: CellRequest, runOptions: RunOptions): Promise<CellOutcome> {
  const { scenario, deadlineMs } = request.cell;
  const processes = scenario.kind === 'offline' ? scenario.processes : 1;
  const state: CellState = {
    ...{ cells: [], ready: new Set<CellProcess>(), streams: [], refusals: new Set<string>() },
    ...{ sensors: null, result: null, failure: null },
  };
  const abort = new AbortController();
  const signal = runOptions.signal === undefined ? abort.signal : AbortSignal.any([runOptions.signal, abort.signal]);
  const startWatch = (): SensorWatch | null => watchCells(options, state.cells, [request.cell.provider]);
  const start = (role: CellRole): void => {
    const { onLog } = runOptions;
    const cell = startCell(options, {
      ...{ request, role, deadlineMs, signal, onLog },
      onMessage: (message, from) => take(state, from, message, runOptions, processes, startWatch),
      onRefused: (refusal) => state.refusals.add(refusal),
    });
    state.cells.push(cell);
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
  if (state.result === null) throw new CrivoError('job-failed', say('noResult'));
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
  from: CellProcess,
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
      from.done();
      if (state.streams.length === processes - 1) leader?.send({ type: 'streams', streams: state.streams });
      break;
    case 'result':
      state.result = message.result;
      from.done();
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
  const cell: CellProcess = launch<MessageToCell, MessageFromCell>({
    ...{ nodePath: options.nodePath, entryPath: options.cellEntryPath, title, deadlineMs, nodeOptions },
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    onMessage: (message) => {
      found = message;
      cell.done();
    },
  });
  cell.send(order);
  await cell.ended;
  const message = found as MessageFromCell | null;
  if (message?.type === 'failure') throw fromFailure(message.failure);
  if (message?.type !== answer) throw new CrivoError('job-failed', say('noAnswer', { title }));
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
  (await ask(options, { type: 'backends' }, 'backends', say('listOfProviders'), backendsDeadlineMs)).backends;
