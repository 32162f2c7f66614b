import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { windowMemory } from '../../../main/hosts/desktop/window-memory.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { createFakeElectron } from './fake-electron.ts';
import type { FakeWindow } from './fake-electron.ts';
import { queue, start } from './start-fake.ts';

/** Whether the host keeps an event of the page from its usual course. */
function prevents(window: FakeWindow, name: string, event: Readonly<Record<string, unknown>> = {}): boolean {
  let prevented = false;
  window.webContents.emit(name, { ...event, preventDefault: () => (prevented = true) });
  return prevented;
}

test('the window is sandboxed, stays where it is and grants nothing', async () => {
  const { windows } = await start();
  const [window] = windows;
  expect(window!.options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  });
  expect(window!.loaded).toEqual(['app://crivo/']);
  expect(window!.webContents.opener!({ url: 'https://example.com' })).toEqual({ action: 'deny' });
  for (const url of ['https://example.com/', 'file:///etc/passwd', 'app://crivo.example/'])
    expect(prevents(window!, 'will-navigate', { url }), url).toBe(true);
  expect(prevents(window!, 'will-navigate', { url: 'app://crivo/#/models' })).toBe(false);
  expect(prevents(window!, 'will-attach-webview')).toBe(true);
});

test('a crashed page is loaded again and told the present state, while the sweep runs on', async () => {
  const { windows, ipcMain, events, engine, blockers, frame } = await start();
  events.publish(queue('running', true));
  const page = windows[0]!.webContents;
  const subscribe = () => ipcMain.emit('crivo:subscribe', { senderFrame: frame('app://crivo/'), sender: page }, null);
  subscribe();
  page.emit('render-process-gone', {}, { reason: 'crashed' });
  page.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(page.reloads).toBe(1);
  expect([engine.closed, blockers.size]).toEqual([0, 1]);
  subscribe();
  events.publish(queue('running', true));
  expect(
    page.sent.map(([channel]) => channel),
    'once, not once for each load',
  ).toEqual(['crivo:event']);
  ipcMain.emit('crivo:subscribe', { senderFrame: frame('https://example.com/'), sender: page }, null);
  expect(events.listeners(), 'the page and the watch of sweeps').toBe(2);
});

test('the bounds are remembered, unless no screen shows them', async () => {
  const folder = temporaryFolder();
  const again = () => start(createFakeElectron(), { folder });
  const first = await again();
  first.windows[0]!.emit('close', { preventDefault: () => {} });
  expect((await again()).windows[0]!.options).toMatchObject({ x: 1, y: 2, width: 1200, height: 800 });
  windowMemory(folder).write({ x: 9_000, y: 9_000, width: 1100, height: 750 });
  const moved = (await again()).windows[0]!.options;
  expect(moved).toMatchObject({ width: 1100, height: 750 });
  expect(moved).not.toHaveProperty('x');
  writeFileSync(join(folder, 'window.json'), 'damaged');
  expect((await again()).windows[0]!.options).toMatchObject({ width: 1440, height: 900 });
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

test('the window is shown once, when there is something to see', async () => {
  const { windows } = await start();
  const [window] = windows;
  expect([window!.options['show'], window!.shows]).toEqual([false, 0]);
  window!.emit('ready-to-show');
  window!.emit('ready-to-show');
  expect(window!.shows).toBe(1);
});

test('a page that does not answer is loaded again where the person says so, while the sweep runs on', async () => {
  const { windows, events, engine, asked, open } = await start(createFakeElectron(), { language: 'pt-BR' });
  const [window] = windows;
  events.publish(queue('running', true));
  window!.emit('unresponsive');
  window!.emit('unresponsive');
  expect(asked.map(({ options }) => options)).toEqual([
    expect.objectContaining({ message: 'A janela não responde. Carregar de novo?', defaultId: 0, cancelId: 0 }),
  ]);
  open[0]!(1);
  await expect.poll(() => window!.webContents.reloads).toBe(1);
  expect(engine.closed).toBe(0);

  // One that answers again needs no question any more, and one that is waited for is left alone.
  window!.emit('unresponsive');
  expect(open).toHaveLength(2);
  window!.emit('responsive');
  await expect.poll(() => (window!.emit('unresponsive'), open.length)).toBe(3);
  open[2]!(0);
  await expect.poll(() => (window!.emit('unresponsive'), open.length)).toBe(4);
  expect(window!.webContents.reloads).toBe(1);
});
