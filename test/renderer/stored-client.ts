/** A page's client of the results in a store, through the boundary and without a wire. */
import { contract } from '../../shared/contract.ts';
import type { MethodName } from '../../shared/contract.ts';
import { resultsHandlers } from '../../main/rpc/handlers/results.ts';
import type { Store } from '../../main/engine/store/store.ts';
import { createClient } from '../../renderer/rpc/client.ts';
import type { Client } from '../../renderer/rpc/client.ts';

/** Calls of other areas are bugs of the test, and rejected. */
export function storedClient(store: Store): Client {
  const handlers = new Map<string, unknown>(Object.entries(resultsHandlers(store)));
  return createClient({
    call: async (name, input) => {
      const handler = handlers.get(name) as ((input: unknown) => unknown) | undefined;
      if (handler === undefined) throw new Error(`${name} is no call of the results`);
      return handler(contract[name as MethodName].input.parse(input));
    },
    start: () => {},
    close: () => {},
  });
}
