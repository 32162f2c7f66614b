import type { Dispatch } from '../rpc/dispatch.ts';
import type { EventHub } from '../rpc/event-hub.ts';

/** An open engine with its boundary, as every host uses it. */
export interface Workbench {
  readonly dispatch: Dispatch;
  readonly hub: EventHub;
  /** Ends the running cell, which waits for the next start, and closes the data folder. */
  readonly close: () => Promise<void>;
}
