/** The typed client over any transport: calls, events by type, connection state, and notice of events that were missed. */
import type { Call, EngineEvent, NumberedEvent } from '../../shared/contract.ts';
import type { ConnectionState, Transport } from './transport.ts';

export type EventOf<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

export interface Client {
  readonly call: Call;
  /** Tells events of one type; returns the end of it. */
  readonly on: <Type extends EngineEvent['type']>(type: Type, listener: (event: EventOf<Type>) => void) => () => void;
  /** Tells each change of the connection, and its present state at once. */
  readonly onConnection: (listener: (state: ConnectionState) => void) => () => void;
  /** Tells that events may have been missed (a new engine, or a gap): what was fetched must be fetched again. */
  readonly onResync: (listener: () => void) => () => void;
  readonly close: () => void;
}

/** A client that begins to listen at once. */
export function createClient(transport: Transport): Client {
  const byType = new Map<string, Set<(event: EngineEvent) => void>>();
  const connectionListeners = new Set<(state: ConnectionState) => void>();
  const resyncListeners = new Set<() => void>();
  let lastId: number | null = null;
  let connection: ConnectionState = 'connecting';

  const receive = ({ id, event }: NumberedEvent): void => {
    const missed = lastId !== null && id !== lastId && id !== lastId + 1;
    lastId = id;
    if (missed) for (const listener of resyncListeners) listener();
    for (const listener of byType.get(event.type) ?? []) listener(event);
  };

  transport.start({
    onevent: receive,
    onstate: (state) => {
      connection = state;
      for (const listener of connectionListeners) listener(state);
    },
    lastEventId: () => lastId,
  });

  return {
    call: (name, input) => transport.call(name, input) as never,
    on: (type, listener) => {
      const listeners = byType.get(type) ?? new Set();
      byType.set(type, listeners);
      const untyped = listener as (event: EngineEvent) => void;
      listeners.add(untyped);
      return () => listeners.delete(untyped);
    },
    onConnection: (listener) => {
      connectionListeners.add(listener);
      listener(connection);
      return () => connectionListeners.delete(listener);
    },
    onResync: (listener) => {
      resyncListeners.add(listener);
      return () => resyncListeners.delete(listener);
    },
    close: transport.close,
  };
}
