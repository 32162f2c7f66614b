import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtCrivo } from '../fixtures/built.ts';
import { runCrivo, temporaryFolder } from '../fixtures/crivo.ts';
import { hasProgram, lint } from '../fixtures/linters.ts';
import { briefSweep } from '../fixtures/workbench.ts';

const root = join(import.meta.dirname, '../..');
const work = join(root, '.cache', `pack-${process.pid}`);
const app = join(work, 'dist', 'linux-unpacked');
const unpacked = join(app, 'resources', 'app.asar.unpacked');
/** Electron's program holds its fuses behind this text. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const require = createRequire(import.meta.url);

/** A folder in place of Electron's runtime: what electron-builder looks for in it, and the sentinel of the fuses. */
function standInElectron(): string {
  const folder = join(work, 'electron');
  for (const inner of ['locales', 'resources']) mkdirSync(join(folder, inner), { recursive: true });
  writeFileSync(join(folder, 'electron'), `stand-in ${sentinel}\x01\x09111111111`, 'latin1');
  chmodSync(join(folder, 'electron'), 0o755);
  writeFileSync(join(folder, 'version'), '45.4.1');
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
  return folder;
}

/** A program in place of fpm, which electron-builder would download. */
function debPacker(): string {
  const file = join(work, 'fpm');
  const program = join(root, 'test/fixtures/deb-process.ts');
  // Linters look at the large libraries, which are others', for half a minute: they are left out of the deb.
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' --leave-out-over 4000000 "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Runs a program in Node; what it wrote is part of the error when it fails. */
const inNode = (program: string, options: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_OPTIONS: '', ...variables };
    execFile(process.execPath, [program, ...options], { cwd: root, env }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${program} failed: ${error.message}\n${stdout}\n${stderr}`));
    });
  });

const packsDeb = hasProgram('dpkg-deb');

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the app packed for Linux x64', () => {
  let packed: string[];

  beforeAll(async () => {
    await builtCrivo();
    await inNode(join(root, 'resources/packaging/write-licenses.ts'), []);
    const electron = standInElectron();
    await inNode(
      join(root, 'node_modules/electron-builder/cli.js'),
      [
        ...['--linux', ...(packsDeb ? ['deb'] : ['--dir']), '--x64', '--publish', 'never'],
        ...[`-c.electronDist=${electron}`, `-c.directories.output=${join(work, 'dist')}`],
      ],
      { CUSTOM_FPM_PATH: debPacker() },
    );
    const { listPackage } = require('@electron/asar') as { listPackage: (file: string, options: object) => string[] };
    packed = listPackage(join(app, 'resources/app.asar'), { isPack: false }).map((path) => path.slice(1));
  }, 300_000);
  const deb = (): string =>
    join(
      work,
      'dist',
      readdirSync(join(work, 'dist')).find((name) => name.endsWith('.deb'))!,
    );
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test('holds what runs and nothing of development', () => {
    for (const file of ['out/main/desktop.js', 'out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html'])
      expect(packed).toContain(file);
    const tops = new Set(packed.map((path) => path.split('/')[0]));
    expect([...tops].sort()).toEqual(['node_modules', 'out', 'package.json']);
    const strange = packed.filter((path) =>
      /\.(map|ts|svelte|md)$|(^|\/)(test|tests|\.cache|\.git|src|deps)(\/|$)/.test(path),
    );
    expect(strange).toEqual([]);
    const packages = readdirSync(join(unpacked, 'node_modules'));
    for (const name of ['electron', 'vite', 'typescript', 'vitest', 'playwright', 'node']) {
      expect(packages).not.toContain(name);
      expect(
        packed.some((path) => path.startsWith(`node_modules/${name}/`)),
        name,
      ).toBe(false);
    }
  });

  test('holds the native files of this platform only, where a process can load them', () => {
    const native = filesIn(unpacked).filter((path) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(path));
    expect(native.some((path) => path.includes('onnxruntime-node/bin/napi-v6/linux/x64/'))).toBe(true);
    expect(native.some((path) => path.includes('better-sqlite3'))).toBe(true);
    for (const path of native) {
      expect(path).not.toMatch(/darwin|win32|arm64|\.dll$|\.dylib$/);
      // An ELF file of x86-64.
      const head = readFileSync(join(unpacked, path)).subarray(0, 20);
      expect([head.toString('latin1', 0, 4), head.readUInt16LE(18)], path).toEqual(['\x7fELF', 62]);
    }
    const asarNative = packed.filter((path) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(path));
    expect(asarNative.toSorted()).toEqual(native.toSorted());
  });

  test('has its Node, models, licences and icons, and its fuses set', () => {
    const resources = join(app, 'resources/crivo');
    expect(statSync(join(resources, 'node/node')).mode & 0o111).toBeGreaterThan(0);
    expect(existsSync(join(resources, 'models/digits-resnet.onnx'))).toBe(true);
    // Where new versions come from; its updater is part of the bundle.
    expect(readFileSync(join(app, 'resources/app-update.yml'), 'utf8')).toContain('provider: generic');
    const bundles = filesIn(join(unpacked, 'out/main')).map((file) =>
      readFileSync(join(unpacked, 'out/main', file), 'utf8'),
    );
    expect(bundles.some((code) => code.includes('APPIMAGE env is not defined'))).toBe(true);
    const licences = readFileSync(join(resources, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of [
      'better-sqlite3',
      'onnxruntime-node',
      'svelte',
      'chart.js',
      'zod',
      'node',
      '@tanstack/table-core',
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
    const program = readFileSync(join(app, 'crivo-desktop'), 'latin1');
    // Behind the sentinel: the version of the wire, the number of fuses, the fuses.
    const fuses = program.slice(program.indexOf(sentinel) + sentinel.length + 2);
    // runAsNode, cookie encryption, NODE_OPTIONS, --inspect, asar integrity, only from the asar, … `file://` privileges.
    expect(fuses.slice(0, 6)).toBe('010011');
    expect(fuses[7]).toBe('0');
  });

  test.skipIf(!packsDeb)(
    'the deb puts itself where desktops look, and asks for libraries that its native files need',
    () => {
      const contents = join(work, 'deb');
      execFileSync('dpkg-deb', ['--raw-extract', deb(), contents]);
      const files = filesIn(contents);
      for (const file of [
        'usr/share/applications/crivo-desktop.desktop',
        'usr/share/mime/packages/crivo-desktop.xml',
        'usr/share/metainfo/app.crivo.workbench.metainfo.xml',
        'usr/share/icons/hicolor/256x256/apps/crivo-desktop.png',
        'usr/share/doc/crivo/copyright',
        'opt/Crivo/resources/crivo/bin/crivo',
      ])
        expect(files).toContain(file);
      // There they are for an AppImage and an unpacked archive.
      expect(files.filter((file) => file.startsWith('opt/Crivo/usr/'))).toEqual([]);
      expect(existsSync(join(app, 'usr/share/mime/packages/crivo-desktop.xml'))).toBe(true);
      const entry = readFileSync(join(contents, 'usr/share/applications/crivo-desktop.desktop'), 'utf8');
      for (const line of [
        'Exec=/opt/Crivo/crivo-desktop %U',
        'StartupWMClass=crivo-desktop',
        'MimeType=application/x-onnx;application/x-crivo;',
      ])
        expect(entry.split('\n')).toContain(line);
      const depends = /^Depends: .*libc6 \(>= 2\.(\d+)\)/m.exec(readFileSync(join(contents, 'DEBIAN/control'), 'utf8'));
      const needed = filesIn(unpacked)
        .filter((path) => /\.(node|so)(\.\d+)*$/.test(path))
        .flatMap((path) => [...readFileSync(join(unpacked, path), 'latin1').matchAll(/GLIBC_2\.(\d+)/g)])
        .map(([, minor]) => Number(minor));
      expect(Number(depends?.[1])).toBe(Math.max(...needed));
      for (const script of ['postinst', 'postrm']) execFileSync('sh', ['-n', join(contents, 'DEBIAN', script)]);
    },
  );

  test.skipIf(!packsDeb || !hasProgram('desktop-file-validate'))(
    'desktop-file-validate finds nothing in the desktop entry',
    async () => {
      const contents = join(work, 'entry');
      execFileSync('dpkg-deb', ['--extract', deb(), contents]);
      const entry = join(contents, 'usr/share/applications/crivo-desktop.desktop');
      expect(await lint('desktop-file-validate', [entry])).toBe('');
    },
  );

  test.skipIf(!packsDeb || !hasProgram('lintian'))(
    'lintian finds nothing in the deb that is not explained',
    async () => {
      // What is left out, and the stand-in for Electron, leave overrides that nothing needs, and a program that is none.
      const others = ['mismatched-override', 'unused-override', 'executable-not-elf-or-script'];
      const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];
      expect(
        await lint('lintian', [...asRoot, '--fail-on', 'error,warning', '--suppress-tags', others.join(), deb()]),
      ).toBe('');
    },
  );

  test('the command line of the unpacked tree, on the Node that it carries, measures a cell', async () => {
    const data = temporaryFolder();
    const file = join(data, 'brief.yml');
    writeFileSync(file, briefSweep({}));
    const csv = join(data, 'runs.csv');
    const cli = join(unpacked, 'out/main/cli.js');
    const node = join(app, 'resources/crivo/node/node');
    const end = await runCrivo(cli, ['--data', join(data, 'data'), 'sweep', 'run', file, '--csv', csv], { node });
    expect(end.stderr).not.toMatch(/error/i);
    expect(end.code).toBe(0);
    const [header = '', row = ''] = readFileSync(csv, 'utf8').split('\r\n');
    expect(header).toContain('p50');
    expect(row).toContain('done');
    const help = execFileSync(join(app, 'resources/crivo/bin/crivo'), ['--version'], { encoding: 'utf8' });
    expect(help).toMatch(/^\d+\.\d+\.\d+/);
  }, 120_000);
});
