/** The only bridge: typed calls, events and the platform. Runs sandboxed; knows no Node. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { channels } from './channels.ts';
import type { PlatformRequest } from './channels.ts';

contextBridge.exposeInMainWorld('crivo', {
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
      return () => ipcRenderer.off(channels.navigate, tell);
    },
  },
});
