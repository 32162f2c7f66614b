import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { join } from 'node:path';
import { configureRequestOptions, configureRequestUrl, HttpExecutor } from 'builder-util-runtime';
import type { DownloadOptions } from 'builder-util-runtime';
import { AppImageUpdater } from 'electron-updater';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../../main/engine/ports.ts';
import { createUpdates } from '../../../main/hosts/desktop/updates.ts';
import type { UpdatesOptions } from '../../../main/hosts/desktop/updates.ts';
import { loopbackServer } from '../../fixtures/loopback-server.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

/** Node's HTTP in place of Electron's. */
class NodeHttp extends HttpExecutor<ClientRequest> {
  createRequest(options: RequestOptions, callback: (response: IncomingMessage) => void): ClientRequest {
    return request(options, callback);
  }

  /** As Electron's does it, with the request made above. */
  async download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    return options.cancellationToken.createPromise((resolve, reject, onCancel) => {
      const requestOptions: RequestOptions = { headers: options.headers ?? undefined };
      configureRequestUrl(url, requestOptions);
      configureRequestOptions(requestOptions);
      const callback = (error?: Error | null): void => (error ? reject(error) : resolve(destination));
      this.doDownload(requestOptions, { destination, options, onCancel, callback, responseHandler: null }, 0);
    });
  }
}

interface Release {
  readonly version: string;
  readonly content: Buffer;
  /** What the server gives instead of what the release promises. */
  readonly served?: Buffer;
}

/** A release server on the loopback; the paths that were asked for. */
async function serve({ version, content, served = content }: Release, hold: Promise<unknown> = Promise.resolve()) {
  const asked: string[] = [];
  const file = `Crivo-${version}.AppImage`;
  const sha512 = createHash('sha512').update(content).digest('base64');
  const latest = `version: ${version}\nfiles:\n  - { url: ${file}, sha512: "${sha512}", size: ${content.length} }\npath: ${file}\nsha512: "${sha512}"\nreleaseDate: '2026-11-24T08:00:00.000Z'\n`;
  const url = await loopbackServer((asking, answer) => {
    const path = new URL(asking.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    if (path === '/latest-linux.yml') answer.end(latest);
    else if (path === `/${file}`) {
      answer.writeHead(200, { 'content-length': served.length });
      answer.write(served.subarray(0, 1_000));
      void hold.then(() => answer.end(served.subarray(1_000)));
    } else answer.writeHead(404).end();
  });
  return { url, asked, file };
}

/** electron-updater itself, as it runs in an AppImage of version 1.2.0, and what it did. */
function installed(url: string, changes: Partial<UpdatesOptions> = {}) {
  const folder = temporaryFolder();
  for (const name of ['user', 'cache']) mkdirSync(join(folder, name));
  const appImage = join(folder, 'Crivo.AppImage');
  writeFileSync(appImage, 'the version that runs');
  vi.stubEnv('APPIMAGE', appImage);
  onTestFinished(() => void vi.unstubAllEnvs());
  const updater = new AppImageUpdater(undefined, {
    ...{ version: '1.2.0', name: 'Crivo', isPackaged: true, appUpdateConfigPath: join(folder, 'app-update.yml') },
    ...{ userDataPath: join(folder, 'user'), baseCachePath: join(folder, 'cache') },
    ...{ whenReady: () => Promise.resolve(), relaunch: () => {}, quit: () => {}, onQuit: () => {} },
  });
  writeFileSync(join(folder, 'app-update.yml'), 'updaterCacheDirName: crivo-updater\n');
  Object.assign(updater, { httpExecutor: new NodeHttp() });
  updater.setFeedURL({ provider: 'generic', url });
  // It differs, so that nothing is fetched in parts.
  updater.disableDifferentialDownload = true;
  const installs = vi.spyOn(updater, 'quitAndInstall').mockReturnValue();
  const asked: string[] = [];
  const updates = createUpdates({
    ...{ updater, isWanted: async () => true, sweepRuns: () => false, logger: silentLogger },
    ask: async (version) => {
      asked.push(version);
      return true;
    },
    ...changes,
  });
  const fetched = (): string[] =>
    readdirSync(join(folder, 'cache'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.AppImage'),
    );
  return { updates, installs, asked, fetched };
}

const good: Release = { version: '1.3.0', content: randomBytes(200_000) };

test('a good release is fetched, checked and installed once the user says so', async () => {
  const server = await serve(good);
  const { updates, installs, asked, fetched } = installed(server.url);
  expect(await updates.look()).toEqual({ state: 'installing', version: '1.3.0' });
  expect(asked).toEqual(['1.3.0']);
  expect(fetched()).toEqual([expect.stringContaining('Crivo-1.3.0.AppImage')]);
  expect(installs).toHaveBeenCalledOnce();
});

test('who answers "later" keeps the fetched file and is asked again', async () => {
  const server = await serve(good);
  const { updates, installs } = installed(server.url, { ask: async () => false });
  expect(await updates.look()).toEqual({ state: 'postponed', version: '1.3.0' });
  expect(await updates.look()).toEqual({ state: 'postponed', version: '1.3.0' });
  expect(server.asked.filter((path) => path === `/${server.file}`)).toHaveLength(1);
  expect(installs).not.toHaveBeenCalled();
});

test('a corrupt release is refused, and nothing of it is kept', async () => {
  const served = Buffer.from(good.content);
  served[100_000]! ^= 1;
  const server = await serve({ ...good, served });
  const { updates, installs, asked, fetched } = installed(server.url);
  expect(await updates.look()).toEqual({
    state: 'failed',
    reason: expect.stringMatching(/sha512 checksum mismatch/i) as string,
  });
  expect(fetched()).toEqual([]);
  expect(asked).toEqual([]);
  expect(installs).not.toHaveBeenCalled();
});

test.for(['1.1.0', '1.2.0'])('release %s, which is not newer than 1.2.0, is left alone', async (version) => {
  const server = await serve({ ...good, version });
  const { updates, installs } = installed(server.url);
  expect(await updates.look()).toEqual({ state: 'up to date' });
  expect(server.asked).toEqual(['/latest-linux.yml']);
  expect(installs).not.toHaveBeenCalled();
});

test('nothing is asked of any server where the user has not agreed, nor while a sweep runs', async () => {
  const server = await serve(good);
  const unwanted = installed(server.url, { isWanted: async () => false });
  expect(await unwanted.updates.look()).toEqual({ state: 'off' });
  const busy = installed(server.url, { sweepRuns: () => true });
  expect(await busy.updates.look()).toEqual({ state: 'sweep runs' });
  expect(server.asked).toEqual([]);
});

test('a sweep that starts meanwhile ends the download; one that starts after it is not interrupted', async () => {
  const hold = Promise.withResolvers<null>();
  const server = await serve(good, hold.promise);
  let running = false;
  const { updates, installs, fetched } = installed(server.url, { sweepRuns: () => running });
  const looking = updates.look();
  await vi.waitFor(() => expect(server.asked).toContain(`/${server.file}`));
  running = true;
  updates.sweepStarted();
  expect(await looking).toEqual({ state: 'sweep runs' });
  expect(fetched()).toEqual([]);
  hold.resolve(null);

  running = false;
  const later = installed(server.url, {
    sweepRuns: () => running,
    ask: async () => {
      running = true;
      return true;
    },
  });
  expect(await later.updates.look()).toEqual({ state: 'postponed', version: '1.3.0' });
  expect(installs).not.toHaveBeenCalled();
  expect(later.installs).not.toHaveBeenCalled();
});

test('a server that is not there is told in one line, and the next look is another try', async () => {
  const { updates } = installed('http://127.0.0.1:9');
  expect(await updates.look()).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('ECONNREFUSED') as string,
  });
});
