/** The three ways to the engine, each with its own ends for real: what lies between them is a fake only for IPC. */
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { WebSocket as NodeWebSocket } from 'ws';
import { connectIpc } from '../../main/hosts/desktop/ipc.ts';
import { createPageBridge } from '../../main/hosts/desktop/page-bridge.ts';
import { serveWorkbench } from '../../main/hosts/web/serve.ts';
import type { Workbench } from '../../main/hosts/workbench.ts';
import { silentLogger } from '../../main/engine/ports.ts';
import { createClient } from '../../renderer/rpc/client.ts';
import type { Client } from '../../renderer/rpc/client.ts';
import type { DesktopBridge } from '../../renderer/rpc/bridge.ts';
import { createIpcTransport } from '../../renderer/rpc/ipc-transport.ts';
import { createSocketTransport } from '../../renderer/rpc/socket-transport.ts';
import type { Transport } from '../../renderer/rpc/transport.ts';

export type Served = Pick<Workbench, 'dispatch' | 'call' | 'hub'>;

/** An engine's host as pages reach it. */
export interface ContractHost {
  /** A page that was just opened. */
  readonly openPage: () => Client;
  /** Ends every page's connection, as a broken tunnel would; null where a connection can't be lost. */
  readonly loseConnections: (() => void) | null;
  readonly close: () => Promise<void>;
}

export interface ContractTransport {
  readonly name: string;
  readonly host: (workbench: Served, folder: string) => Promise<ContractHost>;
}

const inMemory: ContractTransport = {
  name: 'in memory',
  host: async ({ call, hub }) => ({
    openPage: () => {
      let end = (): void => {};
      return createClient({
        call: (method, input) => call(method as never, input as never),
        start: ({ onevent, onstate, lastEventId }) => {
          // Whoever opened the page gets to listen first, as with the other two.
          queueMicrotask(() => (end = hub.subscribe(lastEventId(), onevent)));
          onstate('open');
        },
        close: () => end(),
      });
    },
    loseConnections: null,
    close: async () => {},
  }),
};

const ipc: ContractTransport = {
  name: 'IPC',
  host: async (workbench) => {
    const main = ipcMainOf();
    connectIpc({ ipcMain: main.ipcMain, dialog: {}, shell: {} } as never, workbench);
    return {
      openPage: () => {
        const { bridge, destroy } = main.openPage();
        const transport = createIpcTransport(bridge);
        return createClient({
          ...transport,
          close: () => {
            transport.close();
            destroy();
          },
        });
      },
      loseConnections: null,
      close: async () => {},
    };
  },
};

/** Main's end of Electron's IPC, and pages whose messages are cloned as Electron clones them. */
function ipcMainOf() {
  const handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  const ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
      void handlers.set(channel, handler),
  });
  const openPage = (): { readonly bridge: DesktopBridge; readonly destroy: () => void } => {
    const received = new EventEmitter();
    const sender = Object.assign(new EventEmitter(), {
      isDestroyed: () => false,
      send: (channel: string, ...args: unknown[]) => {
        const cloned = structuredClone(args);
        queueMicrotask(() => received.emit(channel, {}, ...cloned));
      },
    });
    const event = { sender, senderFrame: { url: 'app://crivo/', parent: null } };
    const ipcRenderer = {
      invoke: async (channel: string, ...args: unknown[]) =>
        structuredClone(await handlers.get(channel)!(event, ...(structuredClone(args) as unknown[]))),
      send: (channel: string, ...args: unknown[]) => void ipcMain.emit(channel, event, ...structuredClone(args)),
      on: received.on.bind(received),
      off: received.off.bind(received),
    };
    const bridge = createPageBridge({ ipcRenderer, webUtils: {} } as never) as DesktopBridge;
    return { bridge, destroy: () => void sender.emit('destroyed') };
  };
  return { ipcMain, openPage };
}

const webSocket: ContractTransport = {
  name: 'WebSocket',
  host: async (workbench, folder) => {
    const rendererFolder = join(folder, 'renderer');
    mkdirSync(rendererFolder, { recursive: true });
    const sockets = new Set<NodeWebSocket>();
    const host = await serveWorkbench({
      ...workbench,
      ...{ logger: silentLogger, rendererFolder, transferFolder: join(folder, 'transfers'), port: 0 },
    });
    const cookie = await signIn(host.url);
    const origin = `http://127.0.0.1:${host.port}`;
    const transports = new Set<Transport>();
    return {
      openPage: () => {
        const transport = createSocketTransport({
          url: `ws://127.0.0.1:${host.port}/rpc`,
          firstDelayMs: 20,
          open: (url) => {
            const socket = new NodeWebSocket(url, { headers: { cookie, origin } });
            sockets.add(socket);
            return socket as unknown as WebSocket;
          },
        });
        transports.add(transport);
        return createClient(transport);
      },
      loseConnections: () => {
        for (const socket of sockets) socket.terminate();
        sockets.clear();
      },
      close: async () => {
        for (const transport of transports) transport.close();
        await host.close();
      },
    };
  },
};

/** The cookie that the link with the one-time token is answered with. */
function signIn(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, (response) => {
      response.resume();
      const cookie = response.headers['set-cookie']?.[0]?.split(';')[0];
      if (cookie === undefined) reject(new Error(`no cookie, status ${response.statusCode}`));
      else resolve(cookie);
    })
      .on('error', reject)
      .end();
  });
}

export const contractTransports: readonly ContractTransport[] = [inMemory, ipc, webSocket];
