/** Reads the newest lines of a data folder's log. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { logLevels } from '../../../shared/diagnostics.ts';
import type { LogLine } from '../../../shared/diagnostics.ts';

export const logFolder = (dataFolder: string): string => join(dataFolder, 'logs');

/** No more than this is read of a file, from its end. */
const tailBytes = 512 * 1024;

const lineSchema = z.looseObject({ time: z.string(), level: z.enum(logLevels), msg: z.string(), pid: z.number() });

/** The newest lines of all hosts, oldest first; lines that are no log are passed over. */
export async function readLog(dataFolder: string, limit: number): Promise<readonly LogLine[]> {
  const folder = logFolder(dataFolder);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.log'));
  const files = await Promise.all(names.map((name) => readTail(join(folder, name))));
  return files
    .flatMap((text) => text.split('\n').flatMap(parseLine))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .slice(-limit);
}

function parseLine(text: string): LogLine[] {
  try {
    const { time, level, msg, pid, ...fields } = lineSchema.parse(JSON.parse(text));
    return [{ at: time, level, message: msg, processId: pid, fields }];
  } catch {
    return [];
  }
}

async function readTail(path: string): Promise<string> {
  const { size } = await stat(path);
  const handle = await open(path);
  try {
    const from = Math.max(0, size - tailBytes);
    const buffer = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
