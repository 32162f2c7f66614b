// Loaded by crivo.cjs on a Node that is new enough.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const entry = join(__dirname, '..', 'out', 'main', 'cli.js');

if (existsSync(entry)) {
  void import(pathToFileURL(entry).href);
} else {
  console.error('Crivo is not built yet; run "npm run build" in its folder.');
  process.exitCode = 2;
}
