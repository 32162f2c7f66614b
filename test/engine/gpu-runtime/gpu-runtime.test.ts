import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createGpuRuntime, gpuRuntimeFolder, packageVersion } from '../../../main/engine/gpu-runtime/gpu-runtime.ts';
import { locateProgram } from '../../../main/hosts/paths.ts';
import { useRuntimeIn } from '../../../main/inference/installed-runtime.ts';
import { loopbackServer } from '../../fixtures/loopback-server.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';

const { runtimeFolder: packageFolder } = locateProgram();
const version = await packageVersion(packageFolder);
const native = 'runtimes/linux-x64/native/';
const libraries = ['cuda', 'shared', 'tensorrt'].map((name) => `libonnxruntime_providers_${name}.so`);

/** A ZIP archive, every second file compressed. PKWARE APPNOTE 6.3. */
function zip(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, [name, content]] of Object.entries(files).entries()) {
    const method = index % 2 === 0 ? 8 : 0;
    const data = method === 8 ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), data]);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 'latin1');
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    directory.push(Buffer.concat([central, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}

const contents = Object.fromEntries(libraries.map((name) => [`${native}${name}`, randomBytes(300_000)]));
const whole = zip({ 'LICENSE.txt': Buffer.from('MIT'), ...contents });

interface Served {
  readonly content?: Buffer;
  /** Of the first answer with the package; it is cut off there. */
  readonly cutAt?: number;
  readonly holdAt?: number;
}

/** NuGet on the loopback; the ranges that the package was asked for. */
async function serve({ content = whole, cutAt, holdAt }: Served = {}) {
  const ranges: (string | undefined)[] = [];
  const registration = await loopbackServer((asking, answer) => {
    const base = `http://${asking.headers.host}`;
    const json = (value: object): void => void answer.end(JSON.stringify(value));
    const path = `/microsoft.ml.onnxruntime.gpu.linux/${version}.json`;
    if (asking.url === path) json({ catalogEntry: `${base}/entry.json`, packageContent: `${base}/package.nupkg` });
    else if (asking.url === '/entry.json')
      json({
        ...{ packageHash: createHash('sha512').update(whole).digest('base64'), packageHashAlgorithm: 'SHA512' },
        ...{ packageSize: whole.length, licenseExpression: 'MIT' },
      });
    else if (asking.url === '/package.nupkg') {
      const { range } = asking.headers;
      ranges.push(range);
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
      answer.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from });
      if (cutAt !== undefined && ranges.length === 1) answer.write(content.subarray(0, cutAt), () => answer.destroy());
      else if (holdAt !== undefined) answer.write(content.subarray(from, holdAt));
      else answer.end(content.subarray(from));
    } else answer.writeHead(404).end();
  });
  return { registration, ranges };
}

function runtimeIn(dataFolder: string, registration: string) {
  return createGpuRuntime({ dataFolder, packageFolder, registration, platform: 'linux', architecture: 'x64' });
}

test('is offered with its version, size and licence, and only where there is one', async () => {
  const { registration } = await serve();
  const data = temporaryFolder();
  expect(await runtimeIn(data, registration).offer()).toEqual({
    ...{ version, sizeBytes: whole.length, license: 'MIT', installed: false },
    needs: expect.stringContaining('cuDNN 9') as string,
  });
  const windows = createGpuRuntime({ dataFolder: data, packageFolder, registration, platform: 'win32' });
  await expect(windows.offer()).rejects.toMatchObject({ kind: 'unavailable', message: /only on Linux x64/ });
  await expect(runtimeIn(data, `${registration}/nowhere`).offer()).rejects.toMatchObject({ kind: 'unavailable' });
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'is installed whole: a copy of the runtime that a process loads, with the libraries beside its native file',
  async () => {
    const { registration } = await serve();
    const data = temporaryFolder();
    const runtime = runtimeIn(data, registration);
    const fractions: number[] = [];
    await runtime.install({ onProgress: (fraction) => void fractions.push(fraction ?? 0) });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect((await runtime.offer()).installed).toBe(true);
    const folder = gpuRuntimeFolder(data, version);
    expect(readdirSync(join(data, 'runtimes'))).toEqual([`onnxruntime-${version}-cuda12`]);
    const beside = join(folder, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
    for (const name of libraries)
      expect(readFileSync(join(beside, name)).equals(contents[`${native}${name}`]!)).toBe(true);
    // The program itself is as it was.
    expect(
      readdirSync(join(packageFolder, 'bin/napi-v6/linux/x64')).filter((name) => libraries.includes(name)),
    ).toEqual([]);

    const ask = `const ort = await import('onnxruntime-node'); const maps = (await import('node:fs')).readFileSync('/proc/self/maps', 'utf8');
      console.log(ort.listSupportedBackends().map(({ name }) => name).includes('cpu'), /\\S*onnxruntime_binding\\.node/.exec(maps)[0]);`;
    const said = execFileSync(process.execPath, [...useRuntimeIn(folder), '--input-type=module', '-e', ask], {
      ...{
        encoding: 'utf8',
        cwd: packageFolder,
        env: { ...process.env, NODE_OPTIONS: '', ORT_DISABLE_TELEMETRY: '1' },
      },
    });
    expect(said.trim()).toBe(`true ${join(beside, 'onnxruntime_binding.node')}`);
    // Installing again fetches nothing.
    await runtime.install();
    expect(useRuntimeIn(join(data, 'elsewhere'))).toEqual([]);
  },
);

test('a download that is cut off leaves nothing in use, and the next one goes on from there', async () => {
  const { registration, ranges } = await serve({ cutAt: 400_000 });
  const data = temporaryFolder();
  const runtime = runtimeIn(data, registration);
  await expect(runtime.install()).rejects.toMatchObject({
    kind: 'job-failed',
    message: expect.stringMatching(/check the network and try again, which goes on from here/) as string,
  });
  expect(existsSync(gpuRuntimeFolder(data, version))).toBe(false);
  const kept = statSync(join(data, 'runtimes', readdirSync(join(data, 'runtimes'))[0]!)).size;
  expect(kept).toBeGreaterThan(0);
  await runtime.install();
  expect(ranges).toEqual([undefined, `bytes=${kept}-`]);
  expect(readdirSync(join(data, 'runtimes'))).toEqual([`onnxruntime-${version}-cuda12`]);
});

test('what differs from its checksum is thrown away', async () => {
  const content = Buffer.from(whole);
  content[500_000]! ^= 1;
  const { registration } = await serve({ content });
  const data = temporaryFolder();
  await expect(runtimeIn(data, registration).install()).rejects.toMatchObject({
    message: expect.stringContaining('its SHA-512 differs') as string,
  });
  expect(readdirSync(join(data, 'runtimes'))).toEqual([]);
});

test('a cancelled one leaves nothing in use; nor does one that a full or strange disk stops', async () => {
  const { registration } = await serve({ holdAt: 200_000 });
  const data = temporaryFolder();
  const abort = new AbortController();
  const installing = runtimeIn(data, registration).install({
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await expect(installing).rejects.toMatchObject({ kind: 'cancelled' });
  expect(existsSync(gpuRuntimeFolder(data, version))).toBe(false);

  const strange = temporaryFolder();
  mkdirSync(strange, { recursive: true });
  writeFileSync(join(strange, 'runtimes'), 'a file where the folder should be');
  const { registration: again } = await serve();
  await expect(runtimeIn(strange, again).install()).rejects.toMatchObject({ kind: 'storage' });
});
