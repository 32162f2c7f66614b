import type { Call } from '../../shared/contract.ts';
import type { Logger } from '../engine/ports.ts';
import type { Queue } from '../engine/sweep/queue.ts';
import type { Dispatch } from '../rpc/dispatch.ts';
import type { EventHub } from '../rpc/event-hub.ts';

/** An open engine with its boundary, as every host uses it. */
export interface Workbench {
  readonly dispatch: Dispatch;
  /** The same in this process; rejects with `CrivoError`. */
  readonly call: Call;
  readonly hub: EventHub;
  /** The data folder's log. */
  readonly logger: Logger;
  /** Resolves when the queue works no more, with how it ended. */
  readonly queueIdle: Queue['whenIdle'];
  /** Ends the running cell, which waits for the next start, and closes the data folder. */
  readonly close: () => Promise<void>;
}
