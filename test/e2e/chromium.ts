/** A headless Chromium to test in, from the npm registry alone. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LaunchOptions } from '@playwright/test';
import { inflated, unpackArchive, unpackedOnce } from '../fixtures/chromium-package.ts';

/** Not the package's own arguments: those switch web security off and would hide faults of the policy. */
const args = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * How Playwright launches it: the one of the npm package on Linux x64, unpacked once; the installed Chrome on other
 * systems.
 */
export function chromiumLaunch(): LaunchOptions {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome', args };
  const executablePath = join(unpackedOnce('chromium', unpackBrowser), 'chromium');
  return { executablePath, args, env: { ...process.env, ...whatLacks(executablePath) } };
}

function unpackBrowser(folder: string): void {
  writeFileSync(join(folder, 'chromium'), inflated('chromium.br'), { mode: 0o755 });
  unpackArchive('fonts.tar.br', folder);
  // The package's own names other places.
  writeFileSync(
    join(folder, 'fonts.conf'),
    '<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>',
  );
  // SwiftShader and its like are looked for beside the program.
  unpackArchive('swiftshader.tar.br', folder);
}

/** What a bare machine lacks, from the package: libraries that Chromium links (libnss3, libnspr4, libexpat), and fonts. */
function whatLacks(executablePath: string): Readonly<Record<string, string>> {
  const fonts: Readonly<Record<string, string>> = existsSync('/etc/fonts/fonts.conf')
    ? {}
    : { FONTCONFIG_FILE: join(dirname(executablePath), 'fonts.conf') };
  const linked = spawnSync('ldd', [executablePath], { encoding: 'utf8' });
  if (linked.status === 0 && !linked.stdout.includes('not found')) return fonts;
  const folder = join(
    unpackedOnce('chromium-libraries', (partial) => unpackArchive('al2023.tar.br', partial)),
    'lib',
  );
  return { ...fonts, LD_LIBRARY_PATH: [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':') };
}
