/** What lies between a page and the web host: what the page asks is passed on, kept, or answered with a failure. */
import type { Page, WebSocketRoute } from '@playwright/test';
import type { Failure } from '../../shared/errors.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire.ts';

type Passage = 'pass' | 'keep' | 'fail' | 'cut';

export interface Between {
  /** From now on; what was kept goes on its way once all passes again. */
  readonly set: (passage: Passage) => void;
  /** Ends the connection, as a broken tunnel would. */
  readonly cut: () => Promise<void>;
}

/** As where the disk refuses. */
export const failure: Failure = { kind: 'storage', message: 'The disk refused.' };

/** Stands between for all connections that the page opens from now on. */
export async function standBetween(page: Page): Promise<Between> {
  let passage: Passage = 'pass';
  let kept: (() => void)[] = [];
  let open: WebSocketRoute | null = null;
  await page.routeWebSocket(/\/rpc$/, async (socket) => {
    if (passage === 'cut') return socket.close();
    open = socket;
    const host = socket.connectToServer();
    socket.onMessage((message) => {
      const { id, method } = decodeMessage(new Uint8Array(message as Buffer)) as { id?: number; method?: string };
      if (method === undefined || passage === 'pass') host.send(message);
      else if (passage === 'keep') kept.push(() => host.send(message));
      else socket.send(Buffer.from(encodeMessage({ id, failure })));
    });
    host.onMessage((message) => {
      const event = 'event' in (decodeMessage(new Uint8Array(message as Buffer)) as object);
      if (!event || passage === 'pass') socket.send(message);
    });
  });
  return {
    set: (next) => {
      passage = next;
      if (next !== 'pass') return;
      for (const send of kept) send();
      kept = [];
    },
    cut: async () => {
      passage = 'cut';
      kept = [];
      await open?.close();
    },
  };
}
