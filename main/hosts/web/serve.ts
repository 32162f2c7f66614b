/** The workbench in a browser: HTTP and one WebSocket on the loopback address. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CrivoError, toFailure } from '../../../shared/errors.ts';
import type { FailureKind } from '../../../shared/errors.ts';
import type { Logger } from '../../engine/ports.ts';
import type { Dispatch } from '../../rpc/dispatch.ts';
import type { EventHub } from '../../rpc/event-hub.ts';
import { readRendererFile, securityHeaders } from '../renderer-files.ts';
import { createAccess, hostAllowed, originAllowed } from './access.ts';
import type { Access } from './access.ts';
import { browserDispatch } from './browser-input.ts';
import { attachSocket } from './socket.ts';
import { createTransfers } from './transfers.ts';
import type { UploadLimits } from './receive-file.ts';
import type { Transfers } from './transfers.ts';
import { say } from '../../../shared/phrases/phrase.ts';

const usualLimits: UploadLimits = { maxBytes: 64e9, idleMs: 120_000 };
const maxMessageBytes = 4_000_000;
/** A connection over which nothing goes for so long is ended; longer than an upload may stand still, which is told. */
const idleConnectionMs = 180_000;

export interface WebHostOptions {
  readonly dispatch: Dispatch;
  readonly hub: EventHub;
  readonly logger: Logger;
  /** The built renderer. */
  readonly rendererFolder: string;
  /** For files on their way from and to the browser; emptied at start and end. */
  readonly transferFolder: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly uploads?: UploadLimits;
}

export interface WebHost {
  /** With the one-time token. */
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Starts the host on 127.0.0.1. Raises `unavailable` where the port is taken. */
export async function serveWorkbench(options: WebHostOptions): Promise<WebHost> {
  const transfers = createTransfers(options.transferFolder, options.uploads ?? usualLimits);
  await transfers.clear();
  const server = createServer({ requestTimeout: 0 });
  server.setTimeout(idleConnectionMs);
  const port = await listen(server, options.port);
  const access = createAccess(`crivo_${port}`);
  const dispatch = browserDispatch(options.dispatch, transfers);
  server.on('request', (request, response) => {
    void answer(request, response, { options, access, transfers });
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const allowed =
      hostAllowed(request) && originAllowed(request, true) && access.hasCookie(request) && request.url === '/rpc';
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => attachSocket(webSocket, dispatch, options.hub));
  });
  return {
    url: `http://127.0.0.1:${port}/?token=${access.token}`,
    port,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await transfers.clear();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new CrivoError(
          'unavailable',
          taken
            ? `Port ${port} is taken by another program; choose another with --port.`
            : `The workbench can't be served: ${error.message}.`,
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

interface Context {
  readonly options: WebHostOptions;
  readonly access: Access;
  readonly transfers: Transfers;
}

const statuses: Partial<Record<FailureKind, number>> = {
  forbidden: 403,
  'not-found': 404,
  'invalid-input': 400,
  conflict: 409,
  storage: 507,
  unavailable: 503,
};

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  try {
    if (!hostAllowed(request))
      throw new CrivoError('forbidden', 'This address is not the workbench; open the link that the terminal printed.');
    await route(request, response, context);
  } catch (error) {
    const failure = toFailure(error);
    if (!(error instanceof CrivoError)) context.options.logger.error('a request failed', { error: failure.detail });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = statuses[failure.kind] ?? 500;
    const message = error instanceof CrivoError ? failure.message : 'The request failed; the log has the details.';
    // An upload that is refused is read to its end (see `receiveFile`); what else was not read ends with its connection.
    const connection = request.readableFlowing === true ? 'keep-alive' : 'close';
    response.writeHead(status, { 'content-type': 'application/json', connection });
    response.end(JSON.stringify({ failure: { kind: failure.kind, message } }));
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  { options, access, transfers }: Context,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://loopback');
  const token = url.searchParams.get('token');
  if (request.method === 'GET' && url.pathname === '/' && token !== null && !access.hasCookie(request)) {
    const cookie = access.exchange(token);
    if (cookie === null)
      throw new CrivoError(
        'forbidden',
        'This link was used already or is wrong; start "crivo serve" again for a new one.',
      );
    response.writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store' });
    response.end();
    return;
  }
  if (!access.hasCookie(request))
    throw new CrivoError('forbidden', 'Open the workbench with the link that the terminal printed.');
  if (request.method === 'POST' && url.pathname === '/upload') {
    if (!originAllowed(request, true)) throw new CrivoError('forbidden', say('uploadsFromPage'));
    const { searchParams } = url;
    const [name, folders] = [searchParams.get('name') ?? '', searchParams.get('folders') ?? ''];
    const received = await transfers.receive(request, name, searchParams.get('id'), folders);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(received));
    return;
  }
  const download = /^\/download\/([0-9a-f-]{36})\/([^/]+)$/.exec(url.pathname);
  if (request.method === 'GET' && download !== null) {
    await transfers.send(response, download[1]!, decodeURIComponent(download[2]!));
    return;
  }
  if (request.method !== 'GET')
    throw new CrivoError('invalid-input', 'The workbench answers GET, and POST for uploads.');
  const file = await readRendererFile(options.rendererFolder, url.pathname);
  if (file === null) throw new CrivoError('not-found', 'There is no such page.');
  response.writeHead(200, file.headers);
  response.end(file.content);
}
