#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still say what is wrong.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const entry = new URL('../out/main/cli.js', import.meta.url);

if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `Crivo needs Node.js 22.12 or newer and this is ${process.versions.node}; install a newer one, or run it as "npm run crivo --".`,
  );
  process.exitCode = 2;
} else if (!existsSync(entry)) {
  console.error('Crivo is not built yet; run "npm run build" in its folder.');
  process.exitCode = 2;
} else {
  await import(entry.href);
}
