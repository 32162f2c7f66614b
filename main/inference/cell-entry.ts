/** A cell's own process: does the one thing that the parent orders, and exits. */
import { createRequire } from 'node:module';
import { listSupportedBackends } from 'onnxruntime-node';
import { toFailure } from '../../shared/errors.ts';
import type { TurnLengths, TurnState } from '../engine/measure/measure-turns.ts';
import { nowMs } from './cell-clock.ts';
import type { Backends, CellStream, MessageFromCell, MessageToCell, TurnOrder } from './cell-messages.ts';
import { createCellProgress } from './cell-progress.ts';
import { readCpu, runQueueMs } from './cpu-reading.ts';
import { followCell, measureCell } from './measure-cell.ts';
import type { CellSignals } from './measure-cell.ts';
import { proveProvider } from './prove-provider.ts';
import { waitUntilCalm } from './wait-until-calm.ts';

const send = (message: MessageFromCell): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
const tell = (message: MessageFromCell): void => void send(message).catch(() => process.exit(1));

const go = Promise.withResolvers<number>();
const streams = Promise.withResolvers<readonly CellStream[]>();
let turnOrder = Promise.withResolvers<TurnOrder>();
let stopped = false;

/** The parent gives one order at a time, and waits for its answer. */
async function takeTurns(take: (order: TurnLengths) => Promise<TurnState>): Promise<void> {
  // Only waits within turns cost the cell anything: between them it is woken to be told what to do.
  let waitedMs: number | null = 0;
  await waitUntilCalm();
  tell({ type: 'ready' });
  for (;;) {
    const order = await turnOrder.promise;
    turnOrder = Promise.withResolvers<TurnOrder>();
    if (order.type === 'finish') return;
    if (order.type === 'mark') tell({ type: 'marked', reading: { ...readCpu(nowMs()), runQueueMs: waitedMs } });
    else {
      const before = runQueueMs();
      const state = await take(order);
      const after = runQueueMs();
      waitedMs = waitedMs === null || before === null || after === null ? null : waitedMs + after - before;
      await waitUntilCalm();
      tell({ type: 'turned', ...state });
    }
  }
}

const signals: CellSignals = {
  ready: () => {
    tell({ type: 'ready' });
    return go.promise;
  },
  measured: () => tell({ type: 'measured' }),
  stopped: () => stopped,
  streams: () => streams.promise,
  takeTurns,
};

async function answer(
  order: Extract<MessageToCell, { type: 'measure' | 'prove' | 'backends' }>,
): Promise<MessageFromCell> {
  if (order.type === 'backends') return { type: 'backends', backends: backends() };
  if (order.type === 'prove') return { type: 'proof', proof: await proveProvider(order.provider, order.model) };
  const { request, role, identityModel } = order;
  const progress = createCellProgress((state) => {
    if (role !== 'follower') tell({ type: 'progress', progress: state });
  });
  if (role === 'follower') return { type: 'stream', stream: await followCell(request, progress, signals) };
  const result = await measureCell({ request, role, identityModel }, progress, signals);
  return { type: 'result', result };
}

function backends(): Backends {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return { version, providers: listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })) };
}

process.on('message', (message: MessageToCell) => {
  if (message.type === 'go') go.resolve(message.startAtMs);
  else if (message.type === 'stop') stopped = true;
  else if (message.type === 'streams') streams.resolve(message.streams);
  else if (message.type === 'mark' || message.type === 'turn' || message.type === 'finish') turnOrder.resolve(message);
  else {
    answer(message)
      .catch((error: unknown): MessageFromCell => ({ type: 'failure', failure: toFailure(error) }))
      .then(send)
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  }
});
// The parent is gone: nobody waits for the result.
process.on('disconnect', () => process.exit(1));
