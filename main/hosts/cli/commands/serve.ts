import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CrivoError } from '../../../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { Terminal } from '../terminal.ts';

const usualPort = '0';

/** `crivo serve`: the workbench in a browser. */
export function addServeCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  program
    .command('serve')
    .description('open the workbench for a browser, on this machine only')
    .option('--port <number>', 'the port (default: any free one)', usualPort)
    .option('--open', 'open the browser')
    .action(async ({ port, open }: { port: string; open?: boolean }) => {
      const number = Number(port);
      if (!Number.isInteger(number) || number < 0 || number > 65_535) {
        throw new CrivoError('invalid-input', `--port takes a number from 0 to 65535, not "${port}".`);
      }
      const { serveWorkbench } = await import('../../web/serve.ts');
      await context.withWorkbench(async ({ workbench, program: { rendererFolder }, signal }) => {
        if (!existsSync(join(rendererFolder, 'index.html')))
          throw new CrivoError('unavailable', `The pages are not in ${rendererFolder}; run "npm run build" first.`);
        const host = await serveWorkbench({
          ...workbench,
          logger: {
            info: () => {},
            warn: () => {},
            error: (message, fields) => terminal.say(`crivo: ${message} ${JSON.stringify(fields ?? {})}`),
          },
          rendererFolder,
          // Each process its own: it is emptied at start and end.
          transferFolder: join(context.dataFolder(), 'transfers', String(process.pid)),
          port: number,
        });
        try {
          await workbench.call('queue.start', {}).catch((error: unknown) => {
            // Another crivo works through the queue: this one shows it.
            if (!(error instanceof CrivoError && error.kind === 'conflict')) throw error;
            terminal.say(`crivo: ${error.message}`);
          });
          await terminal.print(`${host.url}\n`);
          terminal.say('The link works once, on this machine (or through an SSH tunnel to the port). Ctrl-C ends it.');
          if (open === true) openBrowser(host.url, terminal);
          await new Promise<void>((resolve) => {
            if (signal.aborted) resolve();
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        } finally {
          await host.close();
        }
      }, 'web');
    });
}

function openBrowser(url: string, terminal: Terminal): void {
  const { platform, env } = process;
  const failed = (): void => terminal.say('No browser could be opened here; open the link yourself.');
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return failed();
  const [command, args] =
    platform === 'win32'
      ? ['cmd', ['/c', 'start', '', url]]
      : platform === 'darwin'
        ? ['open', [url]]
        : ['xdg-open', [url]];
  spawn(command as string, args as string[], { stdio: 'ignore', detached: true })
    .on('error', failed)
    .unref();
}
