/** A cell's process that takes turns with others: asked one thing at a time, it answers within its deadline or is ended. */
import { CrivoError, fromFailure } from '../../shared/errors.ts';
import { say } from '../../shared/phrases/phrase.ts';
import type { CellRequest, RunOptions } from '../engine/ports.ts';
import { nowMs } from './cell-clock.ts';
import type { MessageFromCell, TurnOrder } from './cell-messages.ts';
import { tooLong } from './launcher.ts';
import { startCell } from './start-cell.ts';
import type { RunnerOptions } from './start-cell.ts';

type Answer = 'ready' | 'marked' | 'turned' | 'result';
type AnswerOf<Type extends Answer> = Extract<MessageFromCell, { type: Type }>;

export interface TurnMember {
  readonly request: CellRequest;
  readonly pid: number | undefined;
  /** Gives an order and waits for what answers it. Rejects with why the process failed, was cancelled or ended. */
  readonly ask: <Type extends Exclude<Answer, 'ready'>>(order: TurnOrder, answer: Type) => Promise<AnswerOf<Type>>;
  /** Time that it has been asked for so far, ms: what its deadline counts. */
  readonly ownMs: () => number;
  /** What the system refused of the conditions. */
  readonly refusals: ReadonlySet<string>;
  /** Resolves when the process is gone, however it ended. */
  readonly gone: Promise<void>;
}

/** Starts the process; resolves when its session is open and warm. Rejects as `InferenceRunner.measure`. */
export async function openTurnMember(
  options: RunnerOptions,
  request: CellRequest,
  { signal, onLog, onProgress }: RunOptions,
): Promise<TurnMember> {
  const { deadlineMs } = request.cell;
  const refusals = new Set<string>();
  let ownMs = 0;
  let failure: CrivoError | null = null;
  let asked: { readonly answer: Answer; readonly settle: PromiseWithResolvers<MessageFromCell> } | null = null;
  const fail = (error: CrivoError): void => {
    failure ??= error;
    asked?.settle.reject(failure);
  };
  const cell = startCell(options, {
    ...{ request, role: 'turns', deadlineMs: null, signal, onLog },
    onMessage: (message) => {
      if (message.type === 'progress') onProgress?.(message.progress);
      else if (message.type === 'failure') fail(fromFailure(message.failure));
      else if (message.type === asked?.answer) {
        if (message.type === 'result') cell.done();
        asked.settle.resolve(message);
      } else throw new Error(`unexpected message ${message.type}`);
    },
    onRefused: (refusal) => refusals.add(refusal),
  });
  const gone = cell.ended.then(() => fail(new CrivoError('job-failed', say('noResult'))), fail);
  const waitFor = async <Type extends Answer>(answer: Type, order: () => void): Promise<AnswerOf<Type>> => {
    if (failure !== null) throw failure;
    const settle = Promise.withResolvers<MessageFromCell>();
    asked = { answer, settle };
    const beganMs = nowMs();
    const timer = setTimeout(() => cell.end(tooLong(say('theCell'), deadlineMs)), Math.max(0, deadlineMs - ownMs));
    try {
      order();
      return (await settle.promise) as AnswerOf<Type>;
    } finally {
      clearTimeout(timer);
      asked = null;
      ownMs += nowMs() - beganMs;
    }
  };
  await waitFor('ready', () => {});
  return {
    ...{ request, pid: cell.pid, refusals, gone },
    ownMs: () => ownMs,
    ask: (order, answer) => waitFor(answer, () => cell.send(order)),
  };
}
