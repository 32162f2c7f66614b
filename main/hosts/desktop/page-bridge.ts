/** What the preload script puts on `window.crivo`, over the part of Electron that a sandboxed page may have. */
import type { IpcRenderer, WebUtils } from 'electron';
import { channels } from './channels.ts';
import type { PlatformRequest } from './channels.ts';

export interface PageElectron {
  readonly ipcRenderer: Pick<IpcRenderer, 'invoke' | 'send' | 'on' | 'off'>;
  readonly webUtils: Pick<WebUtils, 'getPathForFile'>;
}

/** Calls, events and the platform; see `renderer/rpc/bridge.ts`. */
export const createPageBridge = ({ ipcRenderer, webUtils }: PageElectron) => ({
  call: (method: string, input: unknown): Promise<unknown> => ipcRenderer.invoke(channels.call, method, input),
  subscribe: (after: number | null, listener: (event: unknown) => void): (() => void) => {
    const tell = (_event: unknown, numbered: unknown): void => listener(numbered);
    ipcRenderer.on(channels.event, tell);
    ipcRenderer.send(channels.subscribe, after);
    return () => ipcRenderer.off(channels.event, tell);
  },
  platform: {
    request: (request: PlatformRequest): Promise<unknown> => ipcRenderer.invoke(channels.platform, request),
    /** Path of a dropped or picked file; empty where it has none. */
    pathOf: (file: File): string => webUtils.getPathForFile(file),
    onNavigate: (listener: (route: string, paths: readonly string[]) => void): (() => void) => {
      const tell = (_event: unknown, route: string, paths: readonly string[]): void => listener(route, paths);
      ipcRenderer.on(channels.navigate, tell);
      // What was asked for before the page could listen comes now.
      ipcRenderer.send(channels.listening);
      return () => ipcRenderer.off(channels.navigate, tell);
    },
  },
});
