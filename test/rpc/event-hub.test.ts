import { expect, test } from 'vitest';
import type { EngineEvent, NumberedEvent } from '../../shared/contract.ts';
import { createEventHub } from '../../main/rpc/event-hub.ts';

const changed: EngineEvent = { type: 'models-changed' };

test('a late listener gets the present state first, then all that follows in order', () => {
  const hub = createEventHub(() => [changed], 100);
  hub.publish(changed);
  const seen: NumberedEvent[] = [];
  const end = hub.subscribe(null, (event) => seen.push(event));
  hub.publish(changed);
  hub.publish(changed);
  end();
  hub.publish(changed);
  expect(seen.map((event) => event.id)).toEqual([101, 102, 103]);
  expect(hub.listeners()).toBe(0);
});

test('a listener that comes back misses nothing, or gets the state where too much has passed', () => {
  const hub = createEventHub(() => [{ type: 'models-changed' }], 0);
  for (let i = 0; i < 50; i += 1) hub.publish(changed);
  const ids = (after: number): number[] => {
    const seen: number[] = [];
    hub.subscribe(after, (event) => seen.push(event.id))();
    return seen;
  };
  expect(ids(47)).toEqual([48, 49, 50]);
  expect(ids(50)).toEqual([]);
  for (let i = 0; i < 3_000; i += 1) hub.publish(changed);
  expect(ids(47)).toEqual([3_050]);
  expect(ids(9_999), 'an id of another process').toEqual([3_050]);
});
