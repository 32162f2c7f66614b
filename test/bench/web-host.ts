/** The built web host in a process of its own and its browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';

const root = join(import.meta.dirname, '../..');

/** What held up an event loop since it was last asked for, ms. */
export interface LoopDelay {
  /** Longest by what the main thread did itself: without the time in which it waited for a core. */
  readonly ownMs: number;
  /** Longest, and the 99th percentile, with that time. */
  readonly maxMs: number;
  readonly p99Ms: number;
}

export interface MeasuredHost {
  /** With the one-time token. */
  readonly url: string;
  readonly loopDelay: () => Promise<LoopDelay>;
  readonly stop: () => Promise<void>;
}

/** Starts `crivo serve` on a data folder. `environment` is added to this process's. */
export async function startMeasuredHost(
  dataFolder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<MeasuredHost> {
  const probe = join(import.meta.dirname, 'loop-delay.mjs');
  const child = spawn(
    process.execPath,
    ['--import', probe, join(root, 'bin/crivo.cjs'), '--data', dataFolder, 'serve'],
    { stdio: ['ignore', 'pipe', 'ignore', 'ipc'], env: { ...process.env, ...environment } },
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
      const [reading] = (await once(child, 'message')) as [LoopDelay];
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

/** A stall with and without waiting for a core, in words. */
export const describeDelay = ({ maxMs, p99Ms }: LoopDelay): string =>
  `${maxMs.toFixed(0)} ms with the time in which it waited for a core; 99th percentile ${p99Ms.toFixed(1)} ms`;
