import type { DesktopBridge } from './bridge.ts';
import { download } from './platform.ts';
import type { Platform } from './platform.ts';

/** The platform of the desktop host: native dialogs, real paths. */
export function createDesktopPlatform(bridge: Pick<DesktopBridge, 'platform'>): Platform {
  const { request, pathOf, onNavigate } = bridge.platform;
  const paths = (answer: readonly string[] | string | null): readonly string[] | null =>
    Array.isArray(answer) && answer.length > 0 ? (answer as readonly string[]) : null;
  return {
    host: 'desktop',
    pickFiles: async (wish) => paths(await request({ kind: 'pick-files', ...wish })),
    pickFolder: async ({ title }) => paths(await request({ kind: 'pick-folder', title }))?.[0] ?? null,
    droppedFiles: (files) => Promise.resolve(files.map(pathOf).filter((path) => path !== '')),
    saveFile: async (title, suggestedName) => {
      const path = await request({ kind: 'save-file', title, suggestedName });
      return typeof path === 'string' ? { path, deliver: () => undefined } : null;
    },
    saveContent: download,
    openLink: (url) => void request({ kind: 'open-link', url }),
    onNavigate,
  };
}
