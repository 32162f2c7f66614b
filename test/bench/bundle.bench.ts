import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtCrivo } from '../fixtures/built.ts';
import type { BenchFigure } from './figure.ts';

/** A built file as Vite's manifest tells of it, by its source. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** What a browser fetches before the first page can be used: the entry, the Models page, and what both import. */
export default async function bench(): Promise<readonly BenchFigure[]> {
  await builtCrivo();
  const folder = join(import.meta.dirname, '../../out/renderer');
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  const files = new Set(['index.html']);
  const add = (source: string): void => {
    const chunk = manifest[source];
    if (chunk === undefined) throw new Error(`The built renderer knows no ${source}.`);
    if (files.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) add(imported);
  };
  add('index.html');
  add('views/models/ModelsView.svelte');
  const early = ['charts/chart-library.ts', 'views/compare/ComparePage.svelte'].filter((source) =>
    files.has(manifest[source]?.file ?? ''),
  );
  if (early.length > 0) throw new Error(`Loaded before it is needed: ${early.join(', ')}.`);
  const sizes = [...files].map((file) => gzipSync(readFileSync(join(folder, file))).byteLength);
  return [
    {
      name: 'renderer for the first page, gzip',
      value: sizes.reduce((sum, bytes) => sum + bytes, 0) / 1000,
      unit: 'kB',
      target: 350,
      better: 'lower',
      note: `${files.size} files; the font apart`,
    },
  ];
}
