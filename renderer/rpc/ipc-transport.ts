/** Calls and events over the desktop host's bridge; the connection is there as long as the page is. */
import { fromFailure } from '../../shared/errors.ts';
import type { DesktopBridge } from './bridge.ts';
import type { Transport } from './transport.ts';

/** A transport over the bridge of the preload script. */
export function createIpcTransport(bridge: Pick<DesktopBridge, 'call' | 'subscribe'>): Transport {
  let end: (() => void) | null = null;
  return {
    call: async (method, input) => {
      const reply = await bridge.call(method, input);
      if ('failure' in reply) throw fromFailure(reply.failure);
      return reply.result;
    },
    start: ({ onevent, onstate, lastEventId }) => {
      end = bridge.subscribe(lastEventId(), onevent);
      onstate('open');
    },
    close: () => end?.(),
  };
}
