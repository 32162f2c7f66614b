import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasProgram, lint } from '../fixtures/linters.ts';
import { temporaryFolder } from '../fixtures/temporary-store.ts';

const root = join(import.meta.dirname, '../..');
const sources = join(root, 'resources/packaging/linux');
const metainfo = join(sources, 'app.crivo.workbench.metainfo.xml');

test("software centres are told of this version, and of the desktop entry's name", () => {
  const text = readFileSync(metainfo, 'utf8');
  const { version, desktopName } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  expect(/<release version="([^"]+)"/.exec(text)?.[1]).toBe(version);
  expect(text).toContain(`<launchable type="desktop-id">${desktopName}</launchable>`);
  expect(text).toContain('<id>app.crivo.workbench</id>');
});

test.skipIf(!hasProgram('appstreamcli'))('appstreamcli finds nothing in what software centres are told', async () => {
  expect(await lint('appstreamcli', ['validate', '--no-net', '--pedantic', metainfo])).toContain('successful');
});

test.skipIf(!hasProgram('update-mime-database'))('file managers take .onnx and .crivo for what they are', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'packages'));
  copyFileSync(join(sources, 'crivo-desktop.xml'), join(folder, 'packages/crivo-desktop.xml'));
  execFileSync('update-mime-database', [folder], { stdio: 'pipe' });
  expect(
    readFileSync(join(folder, 'globs2'), 'utf8')
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .sort(),
  ).toEqual(['50:application/x-crivo:*.crivo', '50:application/x-onnx:*.onnx']);
  expect(readFileSync(join(folder, 'application/x-crivo.xml'), 'utf8')).toContain('Resultados do Crivo');
});
