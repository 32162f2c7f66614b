/** The one window: where it stood is remembered; it can't navigate away, open others or ask for permissions. */
import type { BrowserWindow, Rectangle } from 'electron';
import { appOrigin } from './app-protocol.ts';
import type { ElectronApi } from './electron-api.ts';
import type { DesktopText } from './text/en.ts';

export interface WindowMemory {
  readonly read: () => Rectangle | null;
  readonly write: (bounds: Rectangle) => void;
}

const smallest = { width: 1024, height: 700 };
const usual = { width: 1440, height: 900 };

/** Opens the window on the workbench; a crashed page is loaded again, the engine goes on meanwhile. */
export function openWindow(
  electron: Pick<ElectronApi, 'BrowserWindow' | 'dialog' | 'screen'>,
  preload: string,
  memory: WindowMemory,
  text: () => DesktopText,
): BrowserWindow {
  const window = new electron.BrowserWindow({
    ...usual,
    ...visibleBounds(electron, memory.read()),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Crivo',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  const page = window.webContents;
  page.setWindowOpenHandler(() => ({ action: 'deny' }));
  page.on('will-navigate', (event) => {
    if (!event.url.startsWith(`${appOrigin}/`)) event.preventDefault();
  });
  page.on('will-attach-webview', (event) => event.preventDefault());
  page.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit' && !window.isDestroyed()) page.reload();
  });
  reloadWhereItHangs(electron, window, text);
  window.once('ready-to-show', () => window.show());
  window.on('close', () => memory.write(window.getNormalBounds()));
  void window.loadURL(`${appOrigin}/`);
  return window;
}

/** Asks once each time a page stops answering; where it shall be loaded again, its process is ended, which loads it. */
function reloadWhereItHangs(
  electron: Pick<ElectronApi, 'dialog'>,
  window: BrowserWindow,
  text: () => DesktopText,
): void {
  let asking: AbortController | null = null;
  const ask = async (): Promise<void> => {
    const { question, detail, wait, reload } = text().hung;
    const asked = new AbortController();
    asking = asked;
    const { response } = await electron.dialog.showMessageBox(window, {
      ...{ type: 'question', message: question, detail, buttons: [wait, reload], defaultId: 0, cancelId: 0 },
      signal: asked.signal,
    });
    asking = null;
    // One that answers again closes the question, as if it was to be waited for.
    if (response === 1 && !asked.signal.aborted && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
  };
  window.on('unresponsive', () => {
    if (asking === null) void ask();
  });
  window.on('responsive', () => asking?.abort());
}

/** Refuses whatever a page may ask for (camera, location, …): the workbench needs none but to write to the clipboard. */
export function denyPermissions(electron: Pick<ElectronApi, 'session'>): void {
  const allowed = new Set(['clipboard-sanitized-write']);
  electron.session.defaultSession.setPermissionRequestHandler((_page, permission, answer) =>
    answer(allowed.has(permission)),
  );
  electron.session.defaultSession.setPermissionCheckHandler((_page, permission) => allowed.has(permission));
}

/** The remembered bounds where some screen still shows them. */
function visibleBounds(electron: Pick<ElectronApi, 'screen'>, bounds: Rectangle | null): Partial<Rectangle> {
  if (bounds === null) return {};
  const shown = electron.screen.getAllDisplays().some(({ workArea }) => {
    const right = Math.min(workArea.x + workArea.width, bounds.x + bounds.width);
    const bottom = Math.min(workArea.y + workArea.height, bounds.y + bounds.height);
    return right - Math.max(workArea.x, bounds.x) >= 100 && bottom - Math.max(workArea.y, bounds.y) >= 100;
  });
  return shown ? bounds : { width: bounds.width, height: bounds.height };
}
