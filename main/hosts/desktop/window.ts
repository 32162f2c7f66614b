/** The one window: where it stood is remembered; it can't navigate away, open others or ask for permissions. */
import type { BrowserWindow, Rectangle } from 'electron';
import { appOrigin } from './app-protocol.ts';
import type { ElectronApi } from './electron-api.ts';

export interface WindowMemory {
  readonly read: () => Rectangle | null;
  readonly write: (bounds: Rectangle) => void;
}

const smallest = { width: 1024, height: 700 };
const usual = { width: 1440, height: 900 };

/** Opens the window on the workbench; a crashed page is loaded again, the engine goes on meanwhile. */
export function openWindow(
  electron: Pick<ElectronApi, 'BrowserWindow' | 'screen'>,
  preload: string,
  memory: WindowMemory,
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
  window.once('ready-to-show', () => window.show());
  window.on('close', () => memory.write(window.getNormalBounds()));
  void window.loadURL(`${appOrigin}/`);
  return window;
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
