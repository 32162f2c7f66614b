import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineEvent, Settings } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { QueueState, SweepState } from '../../../shared/sweep.ts';
import { startDesktop } from '../../../main/hosts/desktop/start-desktop.ts';
import { pageNames } from '../../../shared/pages.ts';
import { windowMemory } from '../../../main/hosts/desktop/window-memory.ts';
import { createEventHub } from '../../../main/rpc/event-hub.ts';
import { createFakeElectron } from './fake-electron.ts';

let folder: string;
let closed: number;
let started: string[];
const hub = () => createEventHub(() => [], 0);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crivo-desktop-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  closed = 0;
  started = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function start(
  fake = createFakeElectron(),
  {
    platform = 'linux' as NodeJS.Platform,
    argv = ['crivo'],
    startFailure = null as Error | null,
    language = 'en' as Settings['language'],
  } = {},
) {
  const events = hub();
  const workbench = {
    call: async (name: string) => {
      if (name === 'settings.get') return { language };
      started.push(name);
      if (startFailure !== null) throw startFailure;
    },
    dispatch: async (name: unknown, input: unknown) => ({ result: { name, input } }),
    hub: events,
    close: async () => void (closed += 1),
  };
  await startDesktop(fake.electron, {
    openWorkbench: async () => workbench as never,
    rendererFolder: folder,
    preload: '/preload.cjs',
    memory: windowMemory(folder),
    platform,
    argv,
  });
  return { ...fake, events };
}

const queue = (state: SweepState, running: boolean): EngineEvent => ({
  type: 'queue',
  state: {
    running,
    paused: false,
    current: running ? ({ id: 1 } as QueueState['current']) : null,
    progress: null,
    sweeps: [
      {
        id: 1,
        name: 'night',
        state,
        counts: { waiting: running ? 3 : 0, running: 0, done: running ? 1 : 4, failed: 0, skipped: 0, cancelled: 0 },
      } as QueueState['sweeps'][number],
    ],
  },
});

test('the window is sandboxed, stays where it is and grants nothing', async () => {
  const { windows, permissions } = await start();
  const [window] = windows;
  expect(window!.options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  });
  expect(window!.loaded).toEqual(['app://crivo/']);
  expect(window!.webContents.opener!({ url: 'https://example.com' })).toEqual({ action: 'deny' });
  const prevented: string[] = [];
  for (const url of ['https://example.com/', 'file:///etc/passwd', 'app://crivo/#/models', 'app://crivo.example/']) {
    window!.webContents.emit('will-navigate', { url, preventDefault: () => prevented.push(url) });
  }
  expect(prevented).toEqual(['https://example.com/', 'file:///etc/passwd', 'app://crivo.example/']);
  const granted: boolean[] = [];
  for (const permission of ['media', 'geolocation', 'notifications'])
    permissions.request!(null, permission, (yes) => granted.push(yes));
  expect(granted).toEqual([false, false, false]);
  expect(permissions.check!(null, 'usb')).toBe(false);
});

test('only the own page is answered', async () => {
  const { invoke } = await start();
  expect(await invoke('crivo:call', ['models.list', {}])).toEqual({ result: { name: 'models.list', input: {} } });
  for (const url of ['https://example.com/', 'app://other/', 'app://crivo.example/', 'file:///index.html']) {
    await expect(invoke('crivo:call', ['models.list', {}], url)).rejects.toThrow('not the workbench');
  }
  await expect(invoke('crivo:call', ['models.list', {}], 'app://crivo/', {}), 'a frame within').rejects.toThrow(
    'not the workbench',
  );
});

test('the platform picks and saves files, and opens only https links', async () => {
  const { invoke, links } = await start();
  expect(
    await invoke('crivo:platform', [{ kind: 'pick-files', title: 'Add models', extensions: ['onnx'], multiple: true }]),
  ).toEqual(['/models/a.onnx']);
  expect(await invoke('crivo:platform', [{ kind: 'save-file', title: 'Export', suggestedName: 'runs.csv' }])).toBe(
    '/out/runs.csv',
  );
  await invoke('crivo:platform', [{ kind: 'open-link', url: 'https://onnxruntime.ai/' }]);
  for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'smb://host/share', 'http://example.com']) {
    await expect(invoke('crivo:platform', [{ kind: 'open-link', url }]), url).rejects.toThrow();
  }
  expect(links).toEqual(['https://onnxruntime.ai/']);
});

test('events reach the page that asked, missed ones first, and stop with it', async () => {
  const { ipcMain, events, windows, frame } = await start();
  const page = windows[0]!.webContents;
  events.publish({ type: 'models-changed' });
  ipcMain.emit('crivo:subscribe', { senderFrame: frame('app://crivo/'), sender: page }, 0);
  events.publish({ type: 'models-changed' });
  expect(page.sent.map(([channel, message]) => [channel, (message as { id: number }).id])).toEqual([
    ['crivo:event', 1],
    ['crivo:event', 2],
  ]);
  page.emit('destroyed');
  events.publish({ type: 'models-changed' });
  expect(page.sent).toHaveLength(2);
  expect(events.listeners(), 'the watch of sweeps is left').toBe(1);
});

test('the renderer comes by its own scheme with the policy, and nothing else does', async () => {
  const { protocolHandlers } = await start();
  const answer = protocolHandlers.get('app')!;
  const page = await answer(new Request('app://crivo/'));
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(await page.text()).toBe('<!doctype html>');
  for (const url of ['app://crivo/../secret', 'app://other/', 'app://crivo/missing.js', 'app://crivo/%2e%2e/x.js']) {
    expect((await answer(new Request(url))).status, url).toBe(404);
  }
});

test('while a sweep runs the machine stays awake and the taskbar tells; its end is announced', async () => {
  const { events, blockers, windows, notifications } = await start();
  events.publish(queue('running', true));
  expect(blockers.size).toBe(1);
  expect(windows[0]!.progress.at(-1)).toBe(0.25);
  events.publish(queue('done', false));
  expect(blockers.size).toBe(0);
  expect(windows[0]!.progress.at(-1)).toBe(-1);
  expect(notifications).toEqual([{ title: 'Sweep "night" is done', body: '4 measured' }]);
});

test('quitting asks while a sweep runs, and closes the engine first', async () => {
  const { app, events, answers, asked, windows } = await start();
  events.publish(queue('running', true));
  let prevented = 0;
  const event = { preventDefault: () => (prevented += 1) };
  const quit = () => app.emit('before-quit', event);
  quit();
  expect([prevented, closed, app.quits]).toEqual([1, 0, 0]);
  answers.quit = 1;
  quit();
  await expect.poll(() => app.quits).toBe(1);
  expect(closed).toBe(1);
  quit();
  windows[0]!.emit('close', event);
  expect(prevented, 'the second time it may go').toBe(2);
  expect(asked.filter(({ kind }) => kind === 'question')).toHaveLength(2);
});

test('menu, question and notification are in the language of the settings, and follow it', async () => {
  const { app, events, menus, asked, notifications } = await start(createFakeElectron(), { language: 'pt-BR' });
  const goMenu = () => menus.at(-1)!.find(({ label }) => label === '&Ir' || label === '&Go')!;
  expect(goMenu().submenu!.map(({ label }) => label)).toContain('Conjuntos de dados');
  events.publish(queue('running', true));
  app.emit('before-quit', { preventDefault: () => {} });
  expect(asked.at(-1)!.options).toMatchObject({
    message: 'Uma varredura está em execução. Encerrar mesmo assim?',
    buttons: ['Continuar medindo', 'Encerrar'],
  });
  events.publish(queue('done', false));
  expect(notifications.at(-1)).toEqual({ title: 'A varredura "night" terminou', body: '4 medidas' });
  events.publish({ type: 'settings-changed', settings: { language: 'en' } as Settings });
  expect(goMenu().submenu!.map(({ label }) => label)).toContain('Datasets');
  expect(menus).toHaveLength(2);
});

test('a click on the notification shows the window and what the sweep found', async () => {
  const { events, windows, listen, clickNotification } = await start();
  listen();
  events.publish(queue('running', true));
  events.publish(queue('done', false));
  clickNotification();
  expect(windows[0]!.webContents.sent).toEqual([['crivo:navigate', 'queue/1', []]]);
  expect(windows[0]!.shows).toBe(1);
});

test('closing the last window asks while it can still be kept, except where apps live on without one', async () => {
  const linux = await start();
  let prevented = 0;
  const event = { preventDefault: () => (prevented += 1) };
  linux.windows[0]!.emit('close', event);
  expect([prevented, linux.app.quits]).toEqual([1, 1]);
  const mac = await start(createFakeElectron(), { platform: 'darwin' });
  mac.windows[0]!.emit('close', event);
  mac.windows[0]!.emit('closed');
  mac.app.emit('window-all-closed');
  expect([prevented, mac.app.quits]).toEqual([1, 0]);
  mac.app.emit('activate');
  expect(mac.windows).toHaveLength(2);
});

test('the queue goes on at the start, or is only shown where another crivo works through it', async () => {
  await start();
  expect(started).toEqual(['queue.start']);
  const busy = new CrivoError('conflict', 'Another crivo works through the queue.');
  expect((await start(createFakeElectron(), { startFailure: busy })).windows).toHaveLength(1);
  const bug = new Error('bug');
  await expect(start(createFakeElectron(), { startFailure: bug })).rejects.toThrow('bug');
});

test('a crashed page is loaded again and told the present state, while the sweep runs on', async () => {
  const { windows, ipcMain, events, blockers, frame } = await start();
  events.publish(queue('running', true));
  const page = windows[0]!.webContents;
  const subscribe = () => ipcMain.emit('crivo:subscribe', { senderFrame: frame('app://crivo/'), sender: page }, null);
  subscribe();
  page.emit('render-process-gone', {}, { reason: 'crashed' });
  page.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(page.reloads).toBe(1);
  expect([closed, blockers.size]).toEqual([0, 1]);
  subscribe();
  events.publish(queue('running', true));
  expect(
    page.sent.map(([channel]) => channel),
    'once, not once for each load',
  ).toEqual(['crivo:event']);
  ipcMain.emit('crivo:subscribe', { senderFrame: frame('https://example.com/'), sender: page }, null);
  expect(events.listeners(), 'the page and the watch of sweeps').toBe(2);
});

test('a second instance gives way, and hands its models to the first', async () => {
  const second = createFakeElectron(false);
  await start(second);
  expect(second.app.quits).toBe(1);
  expect(second.windows).toHaveLength(0);
  const first = await start();
  first.listen();
  first.windows[0]!.minimized = true;
  first.app.emit('second-instance', {}, ['crivo', '/models/b.onnx', 'near.onnx', '--flag', 'notes.txt'], '/home/ana');
  expect(first.windows[0]!.focused).toBe(1);
  expect(first.windows[0]!.minimized).toBe(false);
  expect(first.windows[0]!.webContents.sent).toEqual([
    ['crivo:navigate', 'models', ['/models/b.onnx', '/home/ana/near.onnx']],
  ]);
});

test('files that the app is opened with wait until the page can hear of them', async () => {
  const { windows, listen } = await start(createFakeElectron(), { argv: ['crivo', '/models/a.onnx'] });
  const page = windows[0]!.webContents;
  expect(page.sent).toEqual([]);
  listen();
  expect(page.sent).toEqual([['crivo:navigate', 'models', ['/models/a.onnx']]]);
  listen();
  expect(page.sent).toHaveLength(1);
});

test('a bundle of results that the app is opened with goes to the results, a model with it to the models', async () => {
  const { windows, listen, app } = await start(createFakeElectron(), { argv: ['crivo', '/runs/night.crivo'] });
  listen();
  app.emit('second-instance', {}, ['crivo', '/runs/b.CRIVO', '/models/b.onnx'], '/');
  expect(windows[0]!.webContents.sent).toEqual([
    ['crivo:navigate', 'results', ['/runs/night.crivo']],
    ['crivo:navigate', 'models', ['/runs/b.CRIVO', '/models/b.onnx']],
  ]);
});

test('macOS opens files before and after the app is ready, and without a window', async () => {
  const fake = createFakeElectron();
  const prevented: string[] = [];
  const openFile = (path: string) => fake.app.emit('open-file', { preventDefault: () => prevented.push(path) }, path);
  fake.app.whenReady = async () => void openFile('/early.onnx');
  const { app, windows, listen } = await start(fake, { platform: 'darwin' });
  listen();
  openFile('/later.onnx');
  expect(windows[0]!.webContents.sent.map(([, , paths]) => paths)).toEqual([['/early.onnx'], ['/later.onnx']]);
  windows[0]!.emit('closed');
  openFile('/windowless.onnx');
  expect(windows).toHaveLength(2);
  listen();
  expect(windows[1]!.webContents.sent).toEqual([['crivo:navigate', 'models', ['/windowless.onnx']]]);
  expect(prevented).toHaveLength(3);
  expect(app.quits).toBe(0);
});

test('a page that is loaded again is not told before it listens again', async () => {
  const { windows, listen, app } = await start();
  const page = windows[0]!.webContents;
  listen();
  page.emit('did-navigate');
  app.emit('second-instance', {}, ['crivo', '/a.onnx'], '/');
  expect(page.sent).toEqual([]);
  listen();
  expect(page.sent).toHaveLength(1);
});

test('Windows knows the app by the id of its installer', async () => {
  expect((await start(createFakeElectron(), { platform: 'win32' })).app.appUserModelId).toBe('app.crivo.workbench');
});

test('the bounds are remembered, unless no screen shows them', async () => {
  const first = await start();
  first.windows[0]!.emit('close', { preventDefault: () => {} });
  expect((await start()).windows[0]!.options).toMatchObject({ x: 1, y: 2, width: 1200, height: 800 });
  windowMemory(folder).write({ x: 9_000, y: 9_000, width: 1100, height: 750 });
  const moved = (await start()).windows[0]!.options;
  expect(moved).toMatchObject({ width: 1100, height: 750 });
  expect(moved).not.toHaveProperty('x');
  writeFileSync(join(folder, 'window.json'), 'damaged');
  expect((await start()).windows[0]!.options).toMatchObject({ width: 1440, height: 900 });
});

test('an engine that cannot start is told in a box', async () => {
  const fake = createFakeElectron();
  await startDesktop(fake.electron, {
    openWorkbench: async () => {
      throw new CrivoError('storage', 'The data folder is read-only.');
    },
    rendererFolder: folder,
    preload: '',
    memory: windowMemory(folder),
    platform: 'linux',
    argv: [],
  });
  expect(fake.asked).toEqual([
    { kind: 'error', options: { title: 'Crivo can’t start', content: 'The data folder is read-only.' } },
  ]);
  expect(fake.app.exits).toEqual([2]);
  expect(fake.windows).toHaveLength(0);
});

test('each page has its menu item with an accelerator', async () => {
  const { menus, windows, listen } = await start();
  listen();
  const items = menus[0]!.flatMap(({ submenu }) => submenu ?? []);
  const accelerators = items.flatMap(({ accelerator }) => accelerator ?? []);
  expect(new Set(accelerators).size).toBe(accelerators.length);
  expect(accelerators).toEqual(expect.arrayContaining(['CmdOrCtrl+O', 'CmdOrCtrl+1', 'CmdOrCtrl+9']));
  for (const item of items) item.click?.();
  const routes = windows[0]!.webContents.sent.map(([, route]) => route);
  expect(new Set(routes)).toEqual(new Set(['models/add', ...pageNames]));
});
