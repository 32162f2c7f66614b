/** Electron as far as the host uses it, in memory: what was asked of it can be read, and its events can be raised. */
import { EventEmitter } from 'node:events';
import type { ElectronApi } from '../../../main/hosts/desktop/electron-api.ts';

export interface FakeMenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly click?: () => void;
  readonly submenu?: readonly FakeMenuItem[];
}

type Handler = (event: unknown, ...args: unknown[]) => unknown;

class FakePage extends EventEmitter {
  readonly sent: unknown[][] = [];
  opener: ((details: unknown) => { action: string }) | null = null;
  reloads = 0;
  destroyed = false;
  readonly isDestroyed = (): boolean => this.destroyed;
  readonly send = (...message: unknown[]): void => void this.sent.push(message);
  readonly reload = (): void => void (this.reloads += 1);
  readonly forcefullyCrashRenderer = (): void =>
    void this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
  readonly setWindowOpenHandler = (handler: (details: unknown) => { action: string }): void =>
    void (this.opener = handler);
}

export class FakeWindow extends EventEmitter {
  static readonly opened: FakeWindow[] = [];
  readonly webContents = new FakePage();
  readonly options: Record<string, unknown>;
  readonly progress: number[] = [];
  readonly loaded: string[] = [];
  focused = 0;
  shows = 0;
  minimized = false;
  bounds = { x: 1, y: 2, width: 1200, height: 800 };
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    FakeWindow.opened.push(this);
  }
  readonly isDestroyed = (): boolean => false;
  readonly isMinimized = (): boolean => this.minimized;
  readonly restore = (): void => void (this.minimized = false);
  readonly focus = (): void => void (this.focused += 1);
  readonly show = (): void => void (this.shows += 1);
  readonly getNormalBounds = (): typeof this.bounds => this.bounds;
  readonly setProgressBar = (fraction: number): void => void this.progress.push(fraction);
  readonly loadURL = async (url: string): Promise<void> => void this.loaded.push(url);
}

class FakeNotification extends EventEmitter {
  static readonly shown: Record<string, unknown>[] = [];
  static last: FakeNotification | null = null;
  static readonly isSupported = (): boolean => true;
  readonly options: Record<string, unknown>;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
  }
  readonly show = (): void => {
    FakeNotification.shown.push(this.options);
    FakeNotification.last = this;
  };
}

/** A fresh fake. `first` is false where another instance holds the lock. */
export function createFakeElectron(first = true) {
  FakeWindow.opened.length = 0;
  FakeNotification.shown.length = 0;
  const app = Object.assign(new EventEmitter(), {
    quits: 0,
    exits: [] as number[],
    requestSingleInstanceLock: () => first,
    whenReady: async () => {},
    quit: () => {
      app.quits += 1;
    },
    exit: (code: number) => void app.exits.push(code),
    locale: 'en-US',
    getLocale: () => app.locale,
    appUserModelId: '',
    setAppUserModelId: (id: string) => void (app.appUserModelId = id),
  });
  const handlers = new Map<string, Handler>();
  const ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
  });
  const asked: { kind: string; options: unknown }[] = [];
  const answers = { files: ['/models/a.onnx'], save: '/out/runs.csv', quit: 0 };
  /** Questions that wait for an answer: the button that is pressed. */
  const open: ((button: number) => void)[] = [];
  const blockers = new Set<number>();
  const permissions: {
    request?: (page: unknown, permission: string, answer: (granted: boolean) => void) => void;
    check?: (page: unknown, permission: string) => boolean;
  } = {};
  const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
  /** Schemes with their privileges. */
  const privileged: unknown[] = [];
  const links: string[] = [];
  const menus: FakeMenuItem[][] = [];
  const fake = {
    app,
    BrowserWindow: FakeWindow,
    Notification: FakeNotification,
    ipcMain,
    dialog: {
      showOpenDialog: async (options: unknown) => (
        asked.push({ kind: 'open', options }),
        { canceled: false, filePaths: answers.files }
      ),
      showSaveDialog: async (options: unknown) => (
        asked.push({ kind: 'save', options }),
        { canceled: false, filePath: answers.save }
      ),
      showMessageBox: (_window: unknown, { signal, ...options }: { readonly signal: AbortSignal }) =>
        new Promise((resolve) => {
          const answer = (response: number): void => resolve({ response, checkboxChecked: false });
          asked.push({ kind: 'question', options });
          open.push(answer);
          // As with the real one: the button that stands for closing.
          signal.addEventListener('abort', () => answer(0));
        }),
      showMessageBoxSync: (options: unknown) => (asked.push({ kind: 'question', options }), answers.quit),
      showErrorBox: (title: string, content: string) => void asked.push({ kind: 'error', options: { title, content } }),
    },
    Menu: {
      buildFromTemplate: (template: never) => template,
      setApplicationMenu: (menu: never) => void menus.push(menu),
    },
    powerSaveBlocker: {
      start: () => {
        blockers.add(blockers.size + 1);
        return blockers.size;
      },
      stop: (id: number) => void blockers.delete(id),
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: readonly unknown[]) => void privileged.push(...schemes),
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
        void protocolHandlers.set(scheme, handler),
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: typeof permissions.request) => void (permissions.request = handler),
        setPermissionCheckHandler: (handler: typeof permissions.check) => void (permissions.check = handler),
      },
    },
    shell: { openExternal: async (url: string) => void links.push(url) },
  };
  /** Tells the host that a page listens to where it shall go. */
  const listen = (): void =>
    void ipcMain.emit('crivo:listening', {
      senderFrame: frame('app://crivo/'),
      sender: FakeWindow.opened.at(-1)?.webContents,
    });
  const frame = (url: string, parent: unknown = null) => ({ url, parent });
  /** Sends an invoke as a page would. */
  const invoke = async (
    channel: string,
    args: unknown[],
    url = 'app://crivo/',
    parent: unknown = null,
  ): Promise<unknown> =>
    handlers.get(channel)!({ senderFrame: frame(url, parent), sender: FakeWindow.opened[0]?.webContents }, ...args);
  return {
    electron: fake as unknown as ElectronApi,
    app,
    ipcMain,
    invoke,
    listen,
    frame,
    asked,
    answers,
    blockers,
    permissions,
    protocolHandlers,
    privileged,
    open,
    links,
    menus,
    windows: FakeWindow.opened,
    notifications: FakeNotification.shown,
    clickNotification: () => FakeNotification.last?.emit('click'),
  };
}
