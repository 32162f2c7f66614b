/** The renderer under its own scheme, `app://crivo/`: a real origin, unlike `file://`, so that modules and the policy work. */
import { readRendererFile, securityHeaders } from '../renderer-files.ts';
import type { ElectronApi } from './electron-api.ts';

export const appOrigin = 'app://crivo';

/** Must be called before the app is ready. */
export function registerAppScheme(electron: Pick<ElectronApi, 'protocol'>): void {
  electron.protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers `app://crivo/…` with the renderer's files and nothing else. */
export function handleAppProtocol(electron: Pick<ElectronApi, 'protocol'>, rendererFolder: string): void {
  electron.protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    const file =
      url.host === 'crivo' && request.method === 'GET' ? await readRendererFile(rendererFolder, url.pathname) : null;
    if (file === null) return new Response('Not found', { status: 404, headers: securityHeaders });
    return new Response(new Uint8Array(file.content), { headers: { ...securityHeaders, ...file.headers } });
  });
}
