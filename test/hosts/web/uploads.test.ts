import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { join, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../main/engine/ports.ts';
import { createEventHub } from '../../../main/rpc/event-hub.ts';
import type { UploadLimits } from '../../../main/hosts/web/receive-file.ts';
import { serveWorkbench } from '../../../main/hosts/web/serve.ts';
import type { WebHost } from '../../../main/hosts/web/serve.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { askHost, pageHeaders, signInTo, uploadTo } from './ask-host.ts';

interface Uploading {
  readonly host: WebHost;
  readonly cookie: string;
  /** What uploads have written, by its place in its upload. */
  readonly written: () => Readonly<Record<string, string>>;
}

const writtenIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.replaceAll(sep, '/').replace(/^.*\/[0-9a-f-]{36}\//, ''), readFileSync(path, 'utf8')];
      }),
  );

async function uploading(uploads?: UploadLimits): Promise<Uploading> {
  const transferFolder = join(temporaryFolder(), 'transfers');
  const host = await serveWorkbench({
    dispatch: () => Promise.resolve({ result: null }),
    hub: createEventHub(() => []),
    logger: silentLogger,
    rendererFolder: transferFolder,
    transferFolder,
    port: 0,
    ...(uploads === undefined ? {} : { uploads }),
  });
  mkdirSync(transferFolder, { recursive: true });
  onTestFinished(() => host.close());
  return { host, cookie: await signInTo(host), written: () => writtenIn(transferFolder) };
}

/** An upload whose end is not yet sent. */
const begin = ({ host, cookie }: Pick<Uploading, 'host' | 'cookie'>, name: string): ClientRequest =>
  request({
    ...{ host: '127.0.0.1', port: host.port, path: `/upload?name=${name}`, method: 'POST' },
    headers: pageHeaders(host, cookie),
  });

const messageOf = (body: string): string => (JSON.parse(body) as { failure: { message: string } }).failure.message;
const oneSentence = /^[A-Z"].*[^.]\.$/;

test('an upload over the limit is refused in one sentence, after all of it was sent, and leaves nothing behind', async () => {
  const { host, cookie, written } = await uploading({ maxBytes: 1_000, idleMs: 120_000 });
  // Far more than the connection holds, so that the sender is still at it when it is refused.
  const large = Buffer.alloc(8_000_000, 'x');
  for (const [header, value] of [
    ['transfer-encoding', 'chunked'],
    ['content-length', String(large.byteLength)],
  ] as const) {
    const answer = await uploadTo(host, cookie, 'big.onnx', large, { [header]: value });
    expect(answer.status).toBe(400);
    expect(messageOf(answer.body)).toBe(
      'The file is larger than the 1.00 kB that an upload may have; add it with "crivo model add" instead.',
    );
    expect(written()).toEqual({});
  }
  expect((await uploadTo(host, cookie, 'fits.onnx', Buffer.alloc(1_000, 'x'))).status).toBe(200);
  expect(Object.keys(written())).toEqual(['fits.onnx']);
});

test('an upload that stands still is given up in one sentence and leaves nothing behind', async () => {
  const place = await uploading({ maxBytes: 1_000, idleMs: 300 });
  const outgoing = begin(place, 'slow.onnx');
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.write('first');
  const [answer] = await answered;
  expect(answer.statusCode).toBe(503);
  const message = messageOf(await text(answer));
  expect(message).toMatch(oneSentence);
  expect(message).toMatch(
    /^The upload of "slow\.onnx" was given up after nothing came of it for .+; check the connection/,
  );
  expect(place.written()).toEqual({});
  outgoing.destroy();
  expect((await uploadTo(place.host, place.cookie, 'next.onnx', 'x')).status).toBe(200);
});

test('an upload is written while it comes, and one that is cut off leaves nothing behind', async () => {
  const place = await uploading();
  const outgoing = begin(place, 'slow.onnx');
  const cut = new Promise((resolve) => outgoing.on('error', resolve));
  outgoing.write('first');
  await expect.poll(place.written, { timeout: 20_000 }).toEqual({ 'slow.onnx': 'first' });
  outgoing.destroy(new Error('cut off'));
  await cut;
  await expect.poll(place.written, { timeout: 20_000 }).toEqual({});
  expect((await uploadTo(place.host, place.cookie, 'next.onnx', 'x')).status).toBe(200);
});

test('a name that is taken in an upload is kept as it is', async () => {
  const { host, cookie, written } = await uploading();
  const headers = pageHeaders(host, cookie);
  const path = '/upload?name=a.onnx&id=123e4567-e89b-42d3-a456-426614174000';
  expect((await askHost(host, path, { method: 'POST', headers }, 'one')).status).toBe(200);
  const again = await askHost(host, path, { method: 'POST', headers }, 'two');
  expect([again.status, again.body]).toEqual([409, expect.stringContaining('twice')]);
  expect(written()).toEqual({ 'a.onnx': 'one' });
  for (const id of ['..', '../../x', '123e4567-e89b-42d3-a456-426614174000/../x', ''])
    expect(
      (await askHost(host, `/upload?name=a&id=${encodeURIComponent(id)}`, { method: 'POST', headers }, 'x')).status,
    ).toBe(400);
});

test('a folder is uploaded with the folders inside it, and never leaves its place', async () => {
  const { host, cookie, written } = await uploading();
  const headers = pageHeaders(host, cookie);
  const send = (folders: string) => {
    const query = new URLSearchParams({ name: '1.png', id: '123e4567-e89b-42d3-a456-426614174000', folders });
    return askHost(host, `/upload?${query.toString()}`, { method: 'POST', headers }, folders);
  };
  for (const folders of ['digits/3', 'digits/4', '../../up', '/etc/con', 'a\\..\\b'])
    expect((await send(folders)).status).toBe(200);
  expect(written()).toEqual({
    'digits/3/1.png': 'digits/3',
    'digits/4/1.png': 'digits/4',
    '_/_/up/1.png': '../../up',
    'etc/_con/1.png': '/etc/con',
    'a/_/b/1.png': 'a\\..\\b',
  });
  const deep = await send('a/'.repeat(17));
  expect([deep.status, messageOf(deep.body)]).toEqual([400, expect.stringMatching(oneSentence)]);
});

test.skipIf(process.platform === 'win32')(
  'an upload for which the disk has no room is refused in one sentence and leaves nothing behind',
  async () => {
    const folder = temporaryFolder();
    // No file may pass 100 blocks of 512 or 1,024 bytes, as on a disk that is full then.
    const entry = join(import.meta.dirname, '../../fixtures/upload-host-process.ts');
    const command = `ulimit -f 100 && exec "${process.execPath}" --disable-warning=ExperimentalWarning "${entry}" "${folder}"`;
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const url = said.trim();
    const host = { url, port: Number(new URL(url).port) };
    const cookie = await signInTo(host);

    const answer = await uploadTo(host, cookie, 'big.onnx', Buffer.alloc(8_000_000, 'x'));
    expect(answer.status).toBe(507);
    expect(messageOf(answer.body)).toBe(
      'The disk of the data folder is full, so "big.onnx" could not be uploaded; free some space and upload it again.',
    );
    expect(writtenIn(folder)).toEqual({});
    expect((await uploadTo(host, cookie, 'small.onnx', 'small')).status).toBe(200);
    expect(writtenIn(folder)).toEqual({ 'small.onnx': 'small' });
  },
);
