import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CrivoError } from '../../../../shared/errors.ts';
import type { CommandContext } from '../context.ts';

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
      const [{ serveWorkbench }, { locateProgram }] = await Promise.all([
        import('../../web/serve.ts'),
        import('../../paths.ts'),
      ]);
      await context.withWorkbench(async ({ workbench, signal }) => {
        const host = await serveWorkbench({
          ...workbench,
          logger: {
            info: () => {},
            warn: () => {},
            error: (message, fields) => terminal.say(`crivo: ${message} ${JSON.stringify(fields ?? {})}`),
          },
          rendererFolder: locateProgram().rendererFolder,
          transferFolder: join(context.dataFolder(), 'transfers'),
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
          if (open === true) openBrowser(host.url);
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

/** Where there is no display, the printed link is all there is. */
function openBrowser(url: string): void {
  const { platform, env } = process;
  if (platform === 'linux' && env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) return;
  const [command, args] =
    platform === 'win32'
      ? ['cmd', ['/c', 'start', '', url]]
      : platform === 'darwin'
        ? ['open', [url]]
        : ['xdg-open', [url]];
  spawn(command as string, args as string[], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
