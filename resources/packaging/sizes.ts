/** What an unpacked build takes by its parts: `npm run sizes -- dist`, after `electron-builder --dir`. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const output = process.argv[2] ?? 'dist';
const builds = existsSync(output) ? readdirSync(output).filter((name) => /unpacked$|^mac/.test(name)) : [];
if (builds.length === 0) {
  console.error(`${output} holds no unpacked build; run "npm run dist -- --dir" first.`);
  process.exit(1);
}

/** The first part whose pattern a path has; the order is that of the table. */
const parts: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['ONNX Runtime', /node_modules\/onnxruntime-/],
  ['SQLite', /node_modules\/better-sqlite3\//],
  ['image decoding (sharp, libvips)', /node_modules\/(sharp|@img|detect-libc)\//],
  ['other packages', /app\.asar\.unpacked\/node_modules\//],
  ['Crivo, unpacked', /app\.asar\.unpacked\//],
  ['Crivo, app.asar', /\/app\.asar$/],
  ['Node for the cells', /\/crivo\/node\//],
  ['models, data, licences', /\/crivo\//],
  ['Electron', /./],
];

for (const build of builds) {
  const folder = join(output, build);
  const sizes = new Map<string, number>(parts.map(([name]) => [name, 0]));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const inside = `/${relative(folder, path).replaceAll('\\', '/')}`;
    const [name = ''] = parts.find(([, pattern]) => pattern.test(inside)) ?? [];
    sizes.set(name, (sizes.get(name) ?? 0) + statSync(path).size);
  }
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const electron = sizes.get('Electron') ?? 0;
  console.log(`${build}\n`);
  for (const [name, size] of [...sizes, ['all', all] as const, ['beside Electron alone', all - electron] as const])
    console.log(`${name.padEnd(34)}${(size / 1e6).toFixed(1).padStart(8)} MB`);
}
