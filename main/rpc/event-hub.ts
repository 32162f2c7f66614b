/** Numbers the engine's events and gives each listener what it has missed, or the present state. */
import type { EngineEvent, NumberedEvent } from '../../shared/contract.ts';

const kept = 2_000;

export interface EventHub {
  readonly publish: (event: EngineEvent) => void;
  /**
   * Tells all events after `after`; where that is null or too old, the present state first, under the newest id.
   * Returns the end of the subscription.
   */
  readonly subscribe: (after: number | null, listener: (event: NumberedEvent) => void) => () => void;
  readonly listeners: () => number;
}

/**
 * @param present the present state as events, for those who come late
 * @param firstId ids start here: from the clock, so that ids of an earlier process are older than any of this one
 */
export function createEventHub(present: () => readonly EngineEvent[], firstId = Date.now() * 1_000): EventHub {
  const recent: NumberedEvent[] = [];
  const listeners = new Set<(event: NumberedEvent) => void>();
  let lastId = firstId;
  return {
    publish: (event) => {
      lastId += 1;
      const numbered = { id: lastId, event };
      recent.push(numbered);
      if (recent.length > kept) recent.shift();
      for (const listener of listeners) listener(numbered);
    },
    subscribe: (after, listener) => {
      const oldest = recent[0]?.id ?? lastId + 1;
      const missed =
        after !== null && after >= oldest - 1 && after <= lastId ? recent.filter((event) => event.id > after) : null;
      for (const event of missed ?? present().map((state) => ({ id: lastId, event: state }))) listener(event);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listeners: () => listeners.size,
  };
}
