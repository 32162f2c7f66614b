// Loaded by crivo.cjs on a Node that is new enough.
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const entry = join(__dirname, '..', 'out', 'main', 'cli.js');

if (existsSync(entry)) {
  // What V8 makes of the program is kept where that can be written, else made again each time.
  enableCompileCache(join(__dirname, '..', '.cache', 'node'));
  void import(pathToFileURL(entry).href);
} else {
  console.error('Crivo is not built yet; run "npm run build" in its folder.');
  process.exitCode = 2;
}
