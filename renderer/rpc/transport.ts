import type { NumberedEvent } from '../../shared/contract.ts';

/** Whether the engine can be reached. `lost` means that it could be and can't now; the transport keeps trying. */
export type ConnectionState = 'connecting' | 'open' | 'lost';

/** How calls and events reach the engine; knows nothing of what they mean. */
export interface Transport {
  /** The result of a call; rejects with a `CrivoError`. */
  readonly call: (method: string, input: unknown) => Promise<unknown>;
  /** Starts the flow of events; called once. */
  readonly start: (listeners: TransportListeners) => void;
  readonly close: () => void;
}

export interface TransportListeners {
  readonly onevent: (event: NumberedEvent) => void;
  readonly onstate: (state: ConnectionState) => void;
  /** The id of the last event that was received, or null; asked for at each connection. */
  readonly lastEventId: () => number | null;
}
