/** Writes runs to a file, or to stdout for `-`. */
import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Call, RunQuery } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { Terminal } from './terminal.ts';

export const runFileFormats = ['csv', 'json', 'html', 'md'] as const;
export type RunFileFormat = (typeof runFileFormats)[number];

/** Raises before hours are spent where the file could not be written in the end; `-` and undefined pass. */
export function checkTarget(file: string | undefined): void {
  if (file === undefined || file === '-') return;
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new CrivoError('invalid-input', `${file} is a folder; give the name of a file in it.`);
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new CrivoError(
      'storage',
      `${file} can't be written; check that ${folder} is a folder that you may write to.`,
      { cause },
    );
  }
}

/** The number of rows. */
export async function exportRuns(
  call: Call,
  query: RunQuery,
  format: RunFileFormat,
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
