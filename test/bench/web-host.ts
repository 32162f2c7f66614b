/** The built web host in a process of its own and its browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';

const root = join(import.meta.dirname, '../..');

export interface MeasuredHost {
  /** With the one-time token. */
  readonly url: string;
  /** Longest and 99th percentile delay of the event loop since it was last asked for, ms. */
  readonly loopDelay: () => Promise<{ readonly maxMs: number; readonly p99Ms: number }>;
  readonly stop: () => Promise<void>;
}

/** Starts `crivo serve` on a data folder. */
export async function startMeasuredHost(dataFolder: string): Promise<MeasuredHost> {
  const probe = join(import.meta.dirname, 'loop-delay.mjs');
  const child = spawn(
    process.execPath,
    ['--import', probe, join(root, 'bin/crivo.cjs'), '--data', dataFolder, 'serve'],
    { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const found = /http:\/\/\S+token=\S+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    child.once('exit', (code) => reject(new Error(`crivo serve ended with ${code}`)));
  });
  return {
    url,
    loopDelay: async () => {
      child.send('read');
      const [reading] = (await once(child, 'message')) as [{ maxMs: number; p99Ms: number }];
      return reading;
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Opens the workbench in a window of its own. */
export async function openWindow(browser: Browser, url: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  return { context, page };
}
