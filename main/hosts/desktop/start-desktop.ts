/** The desktop application, from its parts. */
import type { BrowserWindow } from 'electron';
import type { Workbench } from '../workbench.ts';
import { handleAppProtocol, registerAppScheme } from './app-protocol.ts';
import { channels } from './channels.ts';
import type { ElectronApi } from './electron-api.ts';
import { connectIpc } from './ipc.ts';
import { installMenu } from './menu.ts';
import { watchSweeps } from './sweep-watch.ts';
import { denyPermissions, openWindow } from './window.ts';
import type { WindowMemory } from './window.ts';

export interface DesktopOptions {
  readonly openWorkbench: () => Promise<Workbench>;
  readonly rendererFolder: string;
  readonly preload: string;
  readonly memory: WindowMemory;
  readonly platform: NodeJS.Platform;
}

/** Starts the application; resolves when its window is open, or at once where another instance runs already. */
export async function startDesktop(electron: ElectronApi, options: DesktopOptions): Promise<void> {
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  registerAppScheme(electron);
  await app.whenReady();
  denyPermissions(electron);
  handleAppProtocol(electron, options.rendererFolder);
  const workbench = await options.openWorkbench().catch((error: unknown) => {
    electron.dialog.showErrorBox('Crivo can’t start', error instanceof Error ? error.message : String(error));
    app.exit(2);
    return null;
  });
  if (workbench === null) return;

  let window: BrowserWindow | null = null;
  const open = (): BrowserWindow => {
    const opened = openWindow(electron, options.preload, options.memory);
    opened.on('closed', () => (window = null));
    window = opened;
    return opened;
  };
  const navigate = (route: string, paths: readonly string[] = []): void =>
    (window ?? open()).webContents.send(channels.navigate, route, paths);
  connectIpc(electron, workbench);
  installMenu(electron, options.platform === 'darwin', {
    navigate: (route) => navigate(route),
    addModels: () => navigate('models/add'),
  });
  const sweeps = watchSweeps(electron, () => window);
  workbench.hub.subscribe(null, ({ event }) => sweeps.tell(event));

  app.on('second-instance', (_event, argv) => {
    const shown = window ?? open();
    if (shown.isMinimized()) shown.restore();
    shown.focus();
    const models = argv.filter((argument) => argument.endsWith('.onnx'));
    if (models.length > 0) navigate('models', models);
  });
  app.on('activate', () => window ?? open());
  app.on('open-file', (event, path) => {
    event.preventDefault();
    navigate('models', [path]);
  });
  app.on('window-all-closed', () => {
    if (options.platform !== 'darwin') app.quit();
  });
  quitWithCare(electron, workbench, sweeps.running);
  open();
}

/** Asks before a running sweep is stopped; the queue resumes at the next start. */
function quitWithCare(
  electron: Pick<ElectronApi, 'app' | 'dialog'>,
  workbench: Workbench,
  running: () => boolean,
): void {
  let closing = false;
  electron.app.on('before-quit', (event) => {
    if (closing) return;
    event.preventDefault();
    if (running() && !confirmsQuit(electron)) return;
    closing = true;
    void workbench.close().finally(() => electron.app.quit());
  });
}

function confirmsQuit(electron: Pick<ElectronApi, 'dialog'>): boolean {
  const answer = electron.dialog.showMessageBoxSync({
    type: 'question',
    message: 'A sweep is running. Quit all the same?',
    detail: 'What is measured is kept; the cell that runs now is measured again at the next start.',
    buttons: ['Keep Running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  });
  return answer === 1;
}
