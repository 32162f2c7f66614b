/** The built web host on a data folder, in a process of its own, as a person starts it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface WorkbenchHost {
  /** With the one-time token. */
  readonly url: string;
  /** As Ctrl-C does. */
  readonly stop: () => Promise<void>;
}

export const root = join(import.meta.dirname, '../..');
const endsMs = 10_000;

/** Starts `crivo serve`; rejects with what it said where it ends before it serves. */
export async function startHost(dataFolder: string, port = 0): Promise<WorkbenchHost> {
  const args = [join(root, 'bin/crivo.cjs'), '--data', dataFolder, 'serve', '--port', String(port)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        const found = /http:\/\/\S+token=\S+/.exec(said);
        if (found !== null) resolve(found[0]);
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`crivo serve ended with ${code}: ${said}`)));
  });
  return {
    url,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), endsMs);
      child.kill('SIGINT');
      await ended;
      clearTimeout(timer);
    },
  };
}
