import { execFile } from 'node:child_process';
import { say } from '../../../shared/phrases/phrase.ts';

/** What a vendor's tool wrote, or in words why it could not be asked. */
export type ToolOutput =
  { readonly ok: true; readonly stdout: string } | { readonly ok: false; readonly reason: string };

/** Runs a tool without a shell in the C locale; ends it after the deadline. Never rejects. */
export function runTool(command: string, args: readonly string[], deadlineMs: number): Promise<ToolOutput> {
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      {
        timeout: deadlineMs,
        killSignal: 'SIGKILL',
        maxBuffer: 8 * 1024 * 1024,
        windowsHide: true,
        env: { ...process.env, LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, stdout });
        else resolve({ ok: false, reason: explain(command, error, stdout, stderr, deadlineMs) });
      },
    );
  });
}

function explain(
  command: string,
  error: Error & { readonly code?: unknown; readonly killed?: boolean },
  stdout: string,
  stderr: string,
  deadlineMs: number,
): string {
  if (error.code === 'ENOENT') return say('toolNotInstalled', { tool: command });
  if (error.code === 'EACCES') return say('toolForbidden', { tool: command });
  if (error.killed === true) return say('toolTooSlow', { tool: command, seconds: deadlineMs / 1000 });
  // nvidia-smi writes its errors to stdout.
  const line = `${stderr}\n${stdout}`
    .split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '');
  return `${command} failed${typeof error.code === 'number' ? ` with code ${error.code}` : ''}${line === undefined ? '' : `: ${line.slice(0, 200)}`}`;
}

/** The result of a promise, or a rejection with a clear sentence once the deadline has passed. */
export async function withDeadline<Value>(what: string, deadlineMs: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer within ${deadlineMs / 1000} s`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
