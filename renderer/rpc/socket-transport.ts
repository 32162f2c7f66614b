/** Calls and events over one WebSocket, which is opened again whenever it is lost. Messages are those of `shared/wire.ts`. */
import type { NumberedEvent } from '../../shared/contract.ts';
import { CrivoError, fromFailure } from '../../shared/errors.ts';
import { connectionPhrases } from '../../shared/phrases/connection.ts';
import { fillSlots } from '../../shared/phrases/fill-slots.ts';
import type { Failure } from '../../shared/errors.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire.ts';
import type { Transport, TransportListeners } from './transport.ts';

const firstDelayMs = 250;
const longestDelayMs = 8_000;
/** A call that waits for a connection gives up after this. */
const longestWaitMs = 10_000;

interface Pending {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CrivoError) => void;
}

type ServerMessage =
  | { readonly event: NumberedEvent }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

export interface SocketTransportOptions {
  readonly url: string;
  /** Opens a socket; tests give their own. */
  readonly open?: (url: string) => WebSocket;
  readonly longestWaitMs?: number;
  readonly firstDelayMs?: number;
}

/** A transport that connects when it is started. */
export function createSocketTransport(options: SocketTransportOptions): Transport {
  const open = options.open ?? ((url: string) => new WebSocket(url));
  const pending = new Map<number, Pending>();
  const waiting = new Set<() => void>();
  let socket: WebSocket | null = null;
  let listeners: TransportListeners | null = null;
  let nextId = 1;
  let failures = 0;
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const connect = (): void => {
    clearTimeout(retry);
    const opening = open(options.url);
    opening.binaryType = 'arraybuffer';
    let wasOpen = false;
    opening.addEventListener('open', () => {
      wasOpen = true;
      failures = 0;
      socket = opening;
      opening.send(exactBytes(encodeMessage({ subscribe: { after: listeners?.lastEventId() ?? null } })));
      listeners?.onstate('open');
      for (const resume of waiting) resume();
    });
    opening.addEventListener('message', (message: MessageEvent) => receive(message.data));
    opening.addEventListener('close', () => {
      if (socket === opening) socket = null;
      rejectAll(pending);
      if (closed) return;
      if (wasOpen || failures > 0) listeners?.onstate('lost');
      failures += 1;
      const delayMs = Math.min((options.firstDelayMs ?? firstDelayMs) * 2 ** (failures - 1), longestDelayMs);
      retry = setTimeout(connect, delayMs);
    });
  };

  const receive = (data: unknown): void => {
    if (!(data instanceof ArrayBuffer)) return;
    const message = decodeMessage(new Uint8Array(data)) as ServerMessage;
    if ('event' in message) {
      listeners?.onevent(message.event);
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if ('failure' in message) call?.reject(fromFailure(message.failure));
    else call?.resolve(message.result);
  };

  const whenOpen = async (method: string): Promise<WebSocket> => {
    if (socket === null) await nextConnection(waiting, method, options.longestWaitMs ?? longestWaitMs);
    return socket ?? whenOpen(method);
  };

  return {
    call: async (method, input) => {
      // At once where that is possible: a page that asks while it is drawn has its answer by the time it is.
      const connected = socket ?? (await whenOpen(method));
      return new Promise((resolve, reject) => {
        const id = nextId;
        nextId += 1;
        pending.set(id, { method, resolve, reject });
        connected.send(exactBytes(encodeMessage({ id, method, input })));
      });
    },
    start: (given) => {
      listeners = given;
      connect();
    },
    close: () => {
      closed = true;
      clearTimeout(retry);
      socket?.close();
    },
  };
}

function nextConnection(waiting: Set<() => void>, method: string, waitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const resume = (): void => {
      clearTimeout(timer);
      waiting.delete(resume);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.delete(resume);
      reject(new CrivoError('unavailable', fillSlots(connectionPhrases.notSent, { method })));
    }, waitMs);
    waiting.add(resume);
  });
}

function rejectAll(pending: Map<number, Pending>): void {
  for (const call of pending.values()) {
    call.reject(new CrivoError('unavailable', fillSlots(connectionPhrases.connectionLost, { method: call.method })));
  }
  pending.clear();
}

/** A view over exactly its own buffer, as sockets ask for. */
const exactBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
