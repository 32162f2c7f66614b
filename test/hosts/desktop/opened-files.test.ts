import { expect, test } from 'vitest';
import { createFakeElectron } from './fake-electron.ts';
import { start } from './start-fake.ts';

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

test.skipIf(process.platform === 'win32')(
  'an address, as file managers of Linux give one, is the file that it names',
  async () => {
    const { windows, listen } = await start(createFakeElectron(), {
      argv: ['crivo', 'file:///home/ana/meus%20modelos/a%C3%A7%C3%A3o.onnx', 'file://elsewhere/b.onnx'],
    });
    listen();
    expect(windows[0]!.webContents.sent).toEqual([['crivo:navigate', 'models', ['/home/ana/meus modelos/ação.onnx']]]);
  },
);

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
