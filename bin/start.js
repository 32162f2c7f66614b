#!/usr/bin/env node
// Opens the desktop app where Electron's runtime is installed or can be fetched; else the same workbench in a browser.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const fetchMs = 120_000;

/** Path of Electron's program, or null where it is neither installed nor to be had. */
function electronProgram() {
  const pathFile = join(electronFolder, 'path.txt');
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const name = () => (existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron');
  if (given !== undefined) return join(given, name());
  if (!existsSync(pathFile)) {
    const fetched = spawnSync(process.execPath, [join(electronFolder, 'install.js')], {
      stdio: 'ignore',
      timeout: fetchMs,
    });
    if (fetched.status !== 0 || !existsSync(pathFile)) return null;
  }
  return join(electronFolder, 'dist', name());
}

const program = electronProgram();
if (program === null || !existsSync(program)) {
  console.error(
    "Electron's runtime is not installed and can't be fetched here, so the workbench opens in the browser instead.",
  );
}
const child =
  program !== null && existsSync(program)
    ? spawn(program, [root, ...process.argv.slice(2)], { stdio: 'inherit' })
    : spawn(process.execPath, [join(root, 'bin', 'crivo.js'), 'serve', '--open', ...process.argv.slice(2)], {
        stdio: 'inherit',
      });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('close', (code) => process.exit(code ?? 1));
