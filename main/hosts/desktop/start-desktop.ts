/** The desktop application, from its parts. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserWindow } from 'electron';
import { CrivoError } from '../../../shared/errors.ts';
import { pageOfFiles } from '../../../shared/file-kinds.ts';
import type { Workbench } from '../workbench.ts';
import { handleAppProtocol, registerAppScheme } from './app-protocol.ts';
import type { ElectronApi } from './electron-api.ts';
import { connectIpc } from './ipc.ts';
import { followLanguage, textOfLocale } from './language.ts';
import { installMenu } from './menu.ts';
import { createPageNavigation } from './page-navigation.ts';
import { watchSweeps } from './sweep-watch.ts';
import type { DesktopText } from './text/en.ts';
import type { UpdatesOptions } from './updates.ts';
import { watchForUpdates } from './watch-for-updates.ts';
import { denyPermissions, openWindow } from './window.ts';
import type { WindowMemory } from './window.ts';

export interface DesktopOptions {
  readonly openWorkbench: () => Promise<Workbench>;
  readonly rendererFolder: string;
  readonly preload: string;
  readonly memory: WindowMemory;
  readonly platform: NodeJS.Platform;
  /** The command line: files that the app was opened with. */
  readonly argv: readonly string[];
  /** Fetches and installs new versions; absent where the app was not installed. */
  readonly updater?: () => Promise<UpdatesOptions['updater']>;
}

/** As in electron-builder.yml. */
const appId = 'app.crivo.workbench';

/** Starts the application; resolves when its window is open, or at once where another instance runs already. */
export async function startDesktop(electron: ElectronApi, options: DesktopOptions): Promise<void> {
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const isMac = options.platform === 'darwin';
  // macOS tells of files before the app is ready, and never again.
  const opened: string[] = [];
  let openFiles = (paths: readonly string[]): void => void opened.push(...paths);
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFiles([path]);
  });
  // Windows shows no notification of an app without this id, which is that of the installer.
  if (options.platform === 'win32') app.setAppUserModelId(appId);
  registerAppScheme(electron);
  await app.whenReady();
  denyPermissions(electron);
  handleAppProtocol(electron, options.rendererFolder);
  const workbench = await options.openWorkbench().catch((error: unknown) => {
    electron.dialog.showErrorBox(
      textOfLocale(app.getLocale()).cantStart,
      error instanceof Error ? error.message : String(error),
    );
    app.exit(2);
    return null;
  });
  if (workbench === null) return;

  let window: BrowserWindow | null = null;
  const language = followLanguage((await workbench.call('settings.get', {})).language, () => setMenu());
  const sweeps = watchSweeps(
    electron,
    () => window,
    language.text,
    (sweepId) => {
      pages.navigate(`queue/${sweepId}`);
      window?.show();
    },
  );
  workbench.hub.subscribe(null, ({ event }) => {
    sweeps.tell(event);
    language.tell(event);
  });
  const quit = quitWithCare(electron, workbench, sweeps.running, language.text);
  const open = (): BrowserWindow => {
    const opened = openWindow(electron, options.preload, options.memory, language.text);
    opened.on('close', (event) => {
      // Where closing the window ends the app, it is asked about while there is still a window to keep.
      if (isMac || quit.closing()) return;
      event.preventDefault();
      app.quit();
    });
    opened.on('closed', () => (window = null));
    window = opened;
    return opened;
  };
  const pages = createPageNavigation(electron, () => window ?? open());
  connectIpc(electron, workbench);
  const setMenu = (): void =>
    installMenu(electron, language.text(), isMac, {
      navigate: (route) => pages.navigate(route),
      addModels: () => pages.navigate('models/add'),
    });
  setMenu();
  if (options.updater !== undefined) {
    const stop = watchForUpdates(electron, workbench, sweeps.running, language.text, await options.updater());
    app.on('will-quit', stop);
  }

  app.on('second-instance', (_event, argv, folder) => {
    const shown = window ?? open();
    if (shown.isMinimized()) shown.restore();
    shown.focus();
    openFiles(filesOf(argv, folder));
  });
  app.on('activate', () => window ?? open());
  app.on('window-all-closed', () => {
    if (!isMac) app.quit();
  });
  open();
  openFiles = (paths) => {
    if (paths.length > 0) pages.navigate(pageOfFiles(paths), paths);
  };
  openFiles([...filesOf(options.argv, process.cwd()), ...opened]);
  // What an earlier start left in the queue goes on; another crivo that works through it is shown instead.
  await workbench.call('queue.start', {}).catch((error: unknown) => {
    if (!(error instanceof CrivoError && error.kind === 'conflict')) throw error;
  });
}

/** Files that the app was started with, by their type; desktops of Linux give them as addresses. */
const filesOf = (argv: readonly string[], folder: string): string[] =>
  argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-') && /\.(onnx|crivo)$/i.test(argument))
    .flatMap((argument) => pathOf(argument, folder));

function pathOf(argument: string, folder: string): readonly string[] {
  if (!argument.startsWith('file:')) return [resolve(folder, argument)];
  try {
    return [fileURLToPath(argument)];
  } catch {
    // A file of another machine, or no address at all.
    return [];
  }
}

/** Asks before a running sweep is stopped; the queue resumes at the next start. */
function quitWithCare(
  electron: Pick<ElectronApi, 'app' | 'dialog'>,
  workbench: Workbench,
  running: () => boolean,
  text: () => DesktopText,
): { readonly closing: () => boolean } {
  let closing = false;
  let closed = false;
  electron.app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    if (closing || (running() && !confirmsQuit(electron, text()))) return;
    closing = true;
    void workbench.close().finally(() => {
      closed = true;
      electron.app.quit();
    });
  });
  return { closing: () => closed };
}

function confirmsQuit(electron: Pick<ElectronApi, 'dialog'>, { quit }: DesktopText): boolean {
  const answer = electron.dialog.showMessageBoxSync({
    type: 'question',
    message: quit.question,
    detail: quit.detail,
    buttons: [quit.keep, quit.quit],
    defaultId: 0,
    cancelId: 0,
  });
  return answer === 1;
}
