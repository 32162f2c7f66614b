/** Sends the page somewhere, for the menu and for files that were opened; what a page can't hear yet waits for it. */
import type { BrowserWindow, IpcMainEvent } from 'electron';
import { channels } from './channels.ts';
import type { ElectronApi } from './electron-api.ts';
import { isOwnPage } from './ipc.ts';

export interface PageNavigation {
  /** @param paths files to add when it is there */
  readonly navigate: (route: string, paths?: readonly string[]) => void;
}

/** @param window the window, opened where there is none */
export function createPageNavigation(
  electron: Pick<ElectronApi, 'ipcMain'>,
  window: () => BrowserWindow,
): PageNavigation {
  const listening = new WeakSet<object>();
  let waiting: (readonly [route: string, paths: readonly string[]])[] = [];
  electron.ipcMain.on(channels.listening, (event: IpcMainEvent) => {
    if (!isOwnPage(event)) return;
    const page = event.sender;
    if (!listening.has(page)) page.on('did-navigate', () => listening.delete(page));
    listening.add(page);
    const kept = waiting;
    waiting = [];
    for (const wish of kept) page.send(channels.navigate, ...wish);
  });
  return {
    navigate: (route, paths = []) => {
      const page = window().webContents;
      if (listening.has(page)) page.send(channels.navigate, route, paths);
      else waiting.push([route, paths]);
    },
  };
}
