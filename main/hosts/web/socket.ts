/** One browser's socket: calls in, replies and events out. Messages are those of `shared/wire.ts`. */
import type { WebSocket } from 'ws';
import type { NumberedEvent } from '../../../shared/contract.ts';
import { decodeMessage, encodeMessage } from '../../../shared/wire.ts';
import type { Dispatch } from '../../rpc/dispatch.ts';
import type { EventHub } from '../../rpc/event-hub.ts';

/** Past this much unsent, events whose successors carry the same state are left out. */
const slowBytes = 4_000_000;
const repeating: ReadonlySet<string> = new Set(['progress', 'telemetry', 'queue']);

/** Serves a socket until it closes; a message that is none closes it. */
export function attachSocket(socket: WebSocket, dispatch: Dispatch, hub: EventHub): void {
  let end: (() => void) | null = null;
  const send = (message: unknown): void => {
    if (socket.readyState === socket.OPEN) socket.send(encodeMessage(message));
  };
  const tell = (event: NumberedEvent): void => {
    if (socket.bufferedAmount > slowBytes && repeating.has(event.event.type)) return;
    send({ event });
  };
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? read(data as Buffer) : null;
    if (message === null) {
      socket.close(1003, 'not a message');
    } else if ('subscribe' in message) {
      end?.();
      end = hub.subscribe(afterOf(message.subscribe), tell);
    } else {
      void dispatch(message.method, message.input).then((reply) => send({ id: message.id, ...reply }));
    }
  });
  socket.on('close', () => end?.());
  socket.on('error', () => socket.terminate());
}

function read(data: Buffer): Record<string, unknown> | null {
  try {
    const message = decodeMessage(new Uint8Array(data));
    return typeof message === 'object' && message !== null && !Array.isArray(message)
      ? (message as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function afterOf(subscribe: unknown): number | null {
  const after = typeof subscribe === 'object' && subscribe !== null && 'after' in subscribe ? subscribe.after : null;
  return typeof after === 'number' ? after : null;
}
