import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineEvent } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { QueueState, SweepState } from '../../../shared/sweep.ts';
import { startDesktop } from '../../../main/hosts/desktop/start-desktop.ts';
import { windowMemory } from '../../../main/hosts/desktop/window-memory.ts';
import { createEventHub } from '../../../main/rpc/event-hub.ts';
import { createFakeElectron } from './fake-electron.ts';

let folder: string;
let closed: number;
const hub = () => createEventHub(() => [], 0);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crivo-desktop-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  closed = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function start(fake = createFakeElectron(), platform: NodeJS.Platform = 'linux') {
  const events = hub();
  const workbench = {
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
  const { app, events, answers, asked } = await start();
  events.publish(queue('running', true));
  let prevented = 0;
  const quit = () => app.emit('before-quit', { preventDefault: () => (prevented += 1) });
  quit();
  expect([prevented, closed, app.quits]).toEqual([1, 0, 0]);
  answers.quit = 1;
  quit();
  await expect.poll(() => app.quits).toBe(1);
  expect(closed).toBe(1);
  quit();
  expect(prevented, 'the second time it may go').toBe(2);
  expect(asked.filter(({ kind }) => kind === 'question')).toHaveLength(2);
});

test('a crashed page is loaded again', async () => {
  const { windows } = await start();
  windows[0]!.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  windows[0]!.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(windows[0]!.webContents.reloads).toBe(1);
});

test('a second instance gives way, and hands its models to the first', async () => {
  const second = createFakeElectron(false);
  await start(second);
  expect(second.app.quits).toBe(1);
  expect(second.windows).toHaveLength(0);
  const first = await start();
  first.windows[0]!.minimized = true;
  first.app.emit('second-instance', {}, ['crivo', '/models/b.onnx', '--flag']);
  expect(first.windows[0]!.focused).toBe(1);
  expect(first.windows[0]!.minimized).toBe(false);
  expect(first.windows[0]!.webContents.sent).toEqual([['crivo:navigate', 'models', ['/models/b.onnx']]]);
});

test('the bounds are remembered, unless no screen shows them', async () => {
  const first = await start();
  first.windows[0]!.emit('close');
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
  });
  expect(fake.asked).toEqual([
    { kind: 'error', options: { title: 'Crivo can’t start', content: 'The data folder is read-only.' } },
  ]);
  expect(fake.app.exits).toEqual([2]);
  expect(fake.windows).toHaveLength(0);
});

test('each page has its menu item with an accelerator', async () => {
  const { menus, windows } = await start();
  const items = menus[0]!.flatMap((menu) =>
    Array.isArray(menu.submenu) ? (menu.submenu as { accelerator?: string; click?: () => void }[]) : [],
  );
  const accelerators = items.flatMap((item) => (item.accelerator === undefined ? [] : [item.accelerator]));
  expect(new Set(accelerators).size).toBe(accelerators.length);
  for (const item of items) item.click?.();
  expect(windows[0]!.webContents.sent.map(([, route]) => route)).toContain('results');
});
