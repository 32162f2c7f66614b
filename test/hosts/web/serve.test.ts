import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { contract } from '../../../shared/contract.ts';
import { decodeMessage, encodeMessage } from '../../../shared/wire.ts';
import { silentLogger } from '../../../main/engine/ports.ts';
import { createEventHub } from '../../../main/rpc/event-hub.ts';
import type { EventHub } from '../../../main/rpc/event-hub.ts';
import { fileFields } from '../../../main/hosts/web/browser-input.ts';
import { serveWorkbench } from '../../../main/hosts/web/serve.ts';
import type { WebHost } from '../../../main/hosts/web/serve.ts';
import { safeName } from '../../../main/hosts/web/transfers.ts';
import { askHost, signInTo, uploadTo } from './ask-host.ts';
import type { Answer, Asked } from './ask-host.ts';

let folder: string;
let host: WebHost;
let hub: EventHub;
/** What reached the dispatcher, path fields already mapped. */
let calls: { name: unknown; input: unknown }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crivo-web-'));
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>Crivo</title>');
  await writeFile(join(folder, 'renderer', 'assets', 'main.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  calls = [];
  hub = createEventHub(() => [{ type: 'models-changed' }]);
  host = await serveWorkbench({
    dispatch: async (name, input) => {
      calls.push({ name, input });
      return { result: { echoed: name, samplesMs: new Float64Array([1.5, 2.5]) } };
    },
    hub,
    logger: silentLogger,
    rendererFolder: join(folder, 'renderer'),
    transferFolder: join(folder, 'transfers'),
    port: 0,
  });
});

afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = (...asked: Asked): Promise<Answer> => askHost(host, ...asked);
const signIn = (): Promise<string> => signInTo(host);
const upload = (cookie: string, name: string, body: string, extra: Record<string, string> = {}): Promise<Answer> =>
  uploadTo(host, cookie, name, body, extra);

function open(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

const nextMessage = (socket: WebSocket): Promise<Record<string, unknown>> =>
  new Promise((resolve) => {
    socket.once('message', (data: Buffer) => resolve(decodeMessage(new Uint8Array(data)) as Record<string, unknown>));
  });

test('the token opens the door once, and only the right one', async () => {
  expect((await ask('/?token=wrong')).status).toBe(403);
  expect((await ask('/')).status).toBe(403);
  const cookie = await signIn();
  const second = await ask(new URL(host.url).pathname + new URL(host.url).search);
  expect(second.status).toBe(403);
  expect(second.body).toContain('used already');
  const page = await ask('/', { headers: { cookie } });
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  expect(page.headers['content-security-policy']).not.toContain('unsafe');
});

test('only this machine reaches it, by the one address', async () => {
  // 127.0.0.2 is this machine, too, where all of 127.0.0.0/8 is.
  const addresses = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const others = addresses.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address);
  for (const address of ['127.0.0.2', ...others]) {
    const reached = new Promise<string>((resolve) => {
      const socket = connect({ host: address, port: host.port, timeout: 2_000 });
      socket.on('connect', () => (socket.destroy(), resolve('reached')));
      socket.on('timeout', () => (socket.destroy(), resolve('refused')));
      socket.on('error', () => resolve('refused'));
    });
    expect(await reached, address).toBe('refused');
  }
});

test('the cookie is kept from scripts and from other sites', async () => {
  const url = new URL(host.url);
  const header = (await ask(url.pathname + url.search)).headers['set-cookie']![0]!;
  expect(header).toContain('HttpOnly');
  expect(header).toContain('SameSite=Strict');
});

test('a foreign Host or Origin is refused, with and without the cookie', async () => {
  const cookie = await signIn();
  expect((await ask('/', { headers: { cookie, host: 'evil.example' } })).status).toBe(403);
  expect((await ask('/', { headers: { cookie, host: `localhost.evil.example:${host.port}` } })).status).toBe(403);
  expect((await ask('/', { headers: { cookie, host: 'localhost:9999' } })).status, 'through a tunnel').toBe(200);
  expect((await upload(cookie, 'a.onnx', 'x', { origin: 'http://evil.example' })).status).toBe(403);
  expect((await ask('/upload?name=a.onnx', { method: 'POST', headers: { cookie } }, 'x')).status, 'no Origin').toBe(
    403,
  );
  const own = `http://127.0.0.1:${host.port}`;
  await expect(open({ cookie, origin: 'http://evil.example' })).rejects.toThrow('403');
  await expect(open({ cookie })).rejects.toThrow('403');
  await expect(open({ origin: own })).rejects.toThrow('403');
  await expect(open({ origin: own, cookie: `crivo_${host.port}=guess` })).rejects.toThrow('403');
  await expect(open({ cookie, origin: own }, '/other')).rejects.toThrow('403');
  expect(calls).toEqual([]);
});

test('no path leads out of the renderer folder', async () => {
  const cookie = await signIn();
  expect((await ask('/assets/main.js', { headers: { cookie } })).status).toBe(200);
  for (const path of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '//etc/passwd',
    '/.env',
    '/assets/',
  ]) {
    const answer = await ask(path, { headers: { cookie } });
    expect(answer.status, path).toBe(404);
    expect(answer.body).not.toContain('secret"');
  }
});

test('calls and events travel over one socket, typed arrays as they are', async () => {
  const cookie = await signIn();
  const socket = await open({ cookie, origin: `http://127.0.0.1:${host.port}` });
  const reply = nextMessage(socket);
  socket.send(encodeMessage({ id: 7, method: 'queue.state', input: {} }));
  expect(await reply).toEqual({ id: 7, result: { echoed: 'queue.state', samplesMs: new Float64Array([1.5, 2.5]) } });
  const first = nextMessage(socket);
  socket.send(encodeMessage({ subscribe: { after: null } }));
  expect(await first).toMatchObject({ event: { event: { type: 'models-changed' } } });
  const later = nextMessage(socket);
  hub.publish({ type: 'task', task: { taskId: 't', title: '<b>', state: 'running', fraction: 0.5, message: '' } });
  expect(await later).toMatchObject({ event: { event: { type: 'task' } } });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.send('not a message');
  expect(await closed).toBe(1003);
  await expect.poll(() => hub.listeners()).toBe(0);
});

test('a message over the limit ends the connection and not the host', async () => {
  const cookie = await signIn();
  const socket = await open({ cookie, origin: `http://127.0.0.1:${host.port}` });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.send(new Uint8Array(5_000_000));
  expect(await closed).toBe(1009);
  expect((await ask('/', { headers: { cookie } })).status).toBe(200);
});

test('an upload lands under a harmless name in a folder of its own, and calls name it by reference', async () => {
  const cookie = await signIn();
  const answer = await upload(cookie, '../../../evil/../model.onnx', 'content');
  const { reference } = JSON.parse(answer.body) as { reference: string };
  expect(reference).toMatch(/^upload:[0-9a-f-]{36}\/model\.onnx$/);
  const socket = await open({ cookie, origin: `http://127.0.0.1:${host.port}` });
  const reply = nextMessage(socket);
  socket.send(encodeMessage({ id: 1, method: 'models.add', input: { paths: [reference] } }));
  await reply;
  const [path] = (calls[0]!.input as { paths: string[] }).paths;
  expect(path!.startsWith(join(folder, 'transfers', 'upload'))).toBe(true);
  expect(await readFile(path!, 'utf8')).toBe('content');
  for (const bad of [
    '/etc/passwd',
    '../x',
    `${reference}/../../../../secret.txt`.replace('upload:', 'file:'),
    'upload:nonsense',
  ]) {
    const refused = nextMessage(socket);
    socket.send(encodeMessage({ id: 2, method: 'models.add', input: { paths: [bad] } }));
    expect(await refused, bad).toMatchObject({ failure: { kind: 'forbidden' } });
  }
  const folderCall = nextMessage(socket);
  socket.send(encodeMessage({ id: 3, method: 'sweeps.plan', input: { yaml: '', folder: '/etc' } }));
  expect(await folderCall).toMatchObject({ failure: { kind: 'forbidden' } });
  expect(calls).toHaveLength(1);
});

test('messages that are none, calls of wrong types and far too many arrays never reach a call or end the host', async () => {
  const cookie = await signIn();
  const origin = `http://127.0.0.1:${host.port}`;
  const lies = [
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    Buffer.from([1, 0, 0, 0, 0x7b]),
    encodeMessage([1, 2, 3]),
    encodeMessage('text'),
    message('{"value":null,"arrays":[{"path":[],"type":"f64","length":1e15}]}'),
    message('{"value":{"a":1},"arrays":[{"path":["__proto__","x"],"type":"u8","length":0}]}'),
    message('{"value":{"a":1},"arrays":[{"path":["a"],"type":"constructor","length":0}]}'),
    message('{"value":{"a":null},"arrays":[{"path":7,"type":"u8","length":0}]}'),
  ];
  for (const bytes of lies) {
    const socket = await open({ cookie, origin });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(bytes);
    expect(await closed, Buffer.from(bytes).toString('latin1')).toBe(1003);
  }
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  const socket = await open({ cookie, origin });
  for (const input of [
    null,
    7,
    'x',
    [],
    { paths: 'x' },
    { paths: [7] },
    { paths: [{ toString: 'x' }] },
    { paths: [null] },
  ]) {
    const reply = nextMessage(socket);
    socket.send(encodeMessage({ id: 1, method: 'models.add', input }));
    const answer = await reply;
    if (typeof input === 'object' && input !== null && 'paths' in input)
      expect(answer).toMatchObject({ failure: { kind: 'forbidden' } });
  }
  expect(
    calls.map(({ input }) => input),
    'without a path: the dispatcher has its own checks',
  ).toEqual([null, 7, 'x', []]);
});

/** A message whose JSON is given. */
function message(json: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(json));
  return Buffer.concat([length, Buffer.from(json)]);
}

test('a download is given once, under its name', async () => {
  const cookie = await signIn();
  const id = '123e4567-e89b-42d3-a456-426614174000';
  const socket = await open({ cookie, origin: `http://127.0.0.1:${host.port}` });
  const reply = nextMessage(socket);
  socket.send(
    encodeMessage({
      id: 1,
      method: 'results.export',
      input: { query: {}, format: 'csv', file: `download:${id}/runs é.csv` },
    }),
  );
  await reply;
  await writeFile((calls[0]!.input as { file: string }).file, 'a,b\r\n');
  const path = `/download/${id}/${encodeURIComponent('runs é.csv')}`;
  const answer = await ask(path, { headers: { cookie } });
  expect(answer.body).toBe('a,b\r\n');
  expect(answer.headers['content-disposition']).toContain('attachment');
  await expect.poll(async () => (await ask(path, { headers: { cookie } })).status).toBe(404);
});

test('names keep no folder and no trick', () => {
  expect(safeName('a/b\\c.onnx')).toBe('c.onnx');
  expect(safeName('..')).toBe('_');
  expect(safeName('')).toBe('_');
  expect(safeName('NUL.onnx')).toBe('_NUL.onnx');
  expect(safeName('a.onnx. .')).toBe('a.onnx');
  expect(safeName('a\u0000b:<img src=x>.onnx')).toBe('a_b__img src=x_.onnx');
});

test('every field of the contract that names a file is accounted for', () => {
  const pathFields = Object.entries(contract).flatMap(([name, { input }]) =>
    Object.entries(input.shape as Record<string, unknown>)
      .filter(([, schema]) => JSON.stringify(limitsOf(schema)).includes('32768'))
      .map(([field]) => `${name}.${field}`),
  );
  const accounted = Object.entries(fileFields).flatMap(([name, fields]) =>
    Object.keys(fields).map((field) => `${name}.${field}`),
  );
  expect(pathFields.sort()).toEqual(accounted.sort());
});

/** The length limits within a schema: paths are the strings of up to 32,768 characters. */
function limitsOf(schema: unknown, depth = 0): unknown {
  if (depth > 5 || typeof schema !== 'object' || schema === null) return null;
  const { maxLength, element, def } = schema as {
    maxLength?: number;
    element?: unknown;
    def?: { innerType?: unknown; options?: readonly unknown[] };
  };
  const inner = [element, def?.innerType, ...(def?.options ?? [])];
  return [maxLength, ...inner.map((one) => limitsOf(one, depth + 1))];
}
