/** Calls, events and the platform over Electron's IPC; every message's sender is checked. */
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { z } from 'zod';
import type { Dispatch } from '../../rpc/dispatch.ts';
import type { EventHub } from '../../rpc/event-hub.ts';
import { appOrigin } from './app-protocol.ts';
import { channels } from './channels.ts';
import type { PlatformRequest } from './channels.ts';
import type { ElectronApi } from './electron-api.ts';

const platformRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pick-files'),
    title: z.string().max(200),
    extensions: z.array(z.string().regex(/^\w{1,16}$/)).max(20),
    multiple: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('pick-folder'), title: z.string().max(200) }),
  z.strictObject({ kind: z.literal('save-file'), title: z.string().max(200), suggestedName: z.string().max(200) }),
  z.strictObject({ kind: z.literal('open-link'), url: z.url({ protocol: /^https$/ }) }),
]) satisfies z.ZodType<PlatformRequest>;

export interface IpcOptions {
  readonly dispatch: Dispatch;
  readonly hub: EventHub;
}

/** Connects the channels. */
export function connectIpc(
  electron: Pick<ElectronApi, 'ipcMain' | 'dialog' | 'shell'>,
  { dispatch, hub }: IpcOptions,
): void {
  const subscriptions = new Map<WebContents, () => void>();
  electron.ipcMain.handle(channels.call, (event, name: unknown, input: unknown) => {
    requireOwnPage(event);
    return dispatch(name, input);
  });
  electron.ipcMain.handle(channels.platform, (event, request: unknown) => {
    requireOwnPage(event);
    return answerPlatform(electron, platformRequestSchema.parse(request));
  });
  electron.ipcMain.on(channels.subscribe, (event, after: unknown) => {
    // A listener that throws would end the whole app.
    if (!isOwnPage(event)) return;
    const page = event.sender;
    const known = subscriptions.get(page);
    known?.();
    const end = hub.subscribe(typeof after === 'number' ? after : null, (numbered) => {
      if (!page.isDestroyed()) page.send(channels.event, numbered);
    });
    subscriptions.set(page, end);
    if (known === undefined) {
      page.once('destroyed', () => {
        subscriptions.get(page)?.();
        subscriptions.delete(page);
      });
    }
  });
}

/** Whether a message comes from the main frame of the app's own page. */
export function isOwnPage(event: IpcMainInvokeEvent | IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.url.startsWith(`${appOrigin}/`);
}

function requireOwnPage(event: IpcMainInvokeEvent | IpcMainEvent): void {
  if (!isOwnPage(event)) throw new Error('a message from a page that is not the workbench');
}

async function answerPlatform(
  electron: Pick<ElectronApi, 'dialog' | 'shell'>,
  request: PlatformRequest,
): Promise<readonly string[] | string | null> {
  switch (request.kind) {
    case 'pick-files': {
      const picked = await electron.dialog.showOpenDialog({
        title: request.title,
        properties: request.multiple ? ['openFile', 'multiSelections'] : ['openFile'],
        filters: [{ name: request.title, extensions: [...request.extensions] }],
      });
      return picked.filePaths;
    }
    case 'pick-folder': {
      const picked = await electron.dialog.showOpenDialog({ title: request.title, properties: ['openDirectory'] });
      return picked.filePaths;
    }
    case 'save-file': {
      const picked = await electron.dialog.showSaveDialog({ title: request.title, defaultPath: request.suggestedName });
      return picked.canceled ? null : picked.filePath;
    }
    case 'open-link':
      await electron.shell.openExternal(request.url);
      return null;
  }
}
