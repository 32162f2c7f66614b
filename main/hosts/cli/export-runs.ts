/** Writes runs to a file, or to stdout for `-`. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Call, RunQuery } from '../../../shared/contract.ts';
import type { Terminal } from './terminal.ts';

/** The number of rows. */
export async function exportRuns(
  call: Call,
  query: RunQuery,
  format: 'csv' | 'json',
  file: string,
  terminal: Terminal,
): Promise<number> {
  if (file !== '-') return (await call('results.export', { query, format, file: resolve(file) })).rows;
  const folder = await mkdtemp(join(tmpdir(), 'crivo-export-'));
  try {
    const path = join(folder, `runs.${format}`);
    const { rows } = await call('results.export', { query, format, file: path });
    for await (const chunk of createReadStream(path, 'utf8')) await terminal.print(chunk as string);
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
