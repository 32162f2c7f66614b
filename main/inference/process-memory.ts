/** Watches the resident memory of another process. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Resident memory in bytes, or null where the process is gone or the system doesn't tell. */
async function residentBytes(pid: number): Promise<number | null> {
  try {
    if (process.platform === 'linux') {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return kilobytes(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    }
    if (process.platform === 'win32') {
      const { stdout } = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
      return kilobytes(/"([\d.,\u00a0\u202f ]+) K"\s*$/.exec(stdout)?.[1]?.replace(/\D/g, ''));
    }
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
    return kilobytes(/^\s*(\d+)\s*$/.exec(stdout)?.[1]);
  } catch {
    return null;
  }
}

const kilobytes = (text: string | undefined): number | null => (text === undefined ? null : Number(text) * 1024);

/** Reading /proc costs some 50 µs, starting a tool some 20 ms. */
const intervalMs = process.platform === 'linux' ? 100 : 1_000;

/** Calls `onExceeded` once, when the process holds more than the limit; returns what ends the watch. */
export function watchMemory(pid: number, limitBytes: number, onExceeded: (rssBytes: number) => void): () => void {
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const rssBytes = await residentBytes(pid);
    if (ended) return;
    if (rssBytes !== null && rssBytes > limitBytes) onExceeded(rssBytes);
    else timer = setTimeout(() => void look(), intervalMs);
  };
  void look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
