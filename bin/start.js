#!/usr/bin/env node
// Opens the desktop app where Electron's runtime is installed or can be fetched; else the same workbench in a browser.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const fetchMs = 300_000;
const quietMs = 3_000;
const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;

/** Path of Electron's program where it is installed or given, else null. */
function electronProgram() {
  const pathFile = join(electronFolder, 'path.txt');
  if (given === undefined && !existsSync(pathFile)) return null;
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const program = join(given ?? join(electronFolder, 'dist'), name);
  return existsSync(program) ? program : null;
}

/** Tries the download of Electron's own installer; it says nothing, so a slow one is announced. */
function fetchElectron() {
  return new Promise((resolve) => {
    const announce = setTimeout(() => console.error("Fetching Electron's runtime (about 120 MB, once) …"), quietMs);
    const installer = spawn(process.execPath, [join(electronFolder, 'install.js')], {
      stdio: 'ignore',
      timeout: fetchMs,
    });
    installer.on('error', () => {});
    installer.on('close', () => {
      clearTimeout(announce);
      resolve();
    });
  });
}

/** Why the browser is used instead, or null where the desktop app can be opened. */
async function whyNotDesktop() {
  const { platform, env } = process;
  const hasDisplay = platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  if (electronProgram() !== null) {
    return hasDisplay
      ? null
      : 'There is no display here for the desktop app, so the workbench is served to a browser instead.';
  }
  if (hasDisplay && given === undefined) await fetchElectron();
  if (electronProgram() !== null) return null;
  return hasDisplay
    ? "Electron's runtime is not installed and can't be fetched here, so the workbench opens in the browser instead."
    : "Electron's runtime is not installed and there is no display here, so the workbench is served to a browser instead.";
}

const reason = await whyNotDesktop();
if (reason !== null) console.error(reason);
const args = process.argv.slice(2);
const child =
  reason === null
    ? spawn(electronProgram(), [root, ...args], { stdio: 'inherit' })
    : spawn(process.execPath, [join(root, 'bin', 'crivo.cjs'), 'serve', '--open', ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`The workbench can't be started: ${error.message}.`);
  process.exitCode = 1;
});
child.on('close', (code) => process.exit(code ?? 1));
