import { expect, test } from 'vitest';
import { start } from './start-fake.ts';

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
  const { invoke, links, answers, asked } = await start();
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
  answers.files = ['/models'];
  expect(await invoke('crivo:platform', [{ kind: 'pick-folder', title: 'Add a folder' }])).toEqual(['/models']);
  expect(asked.at(-1)).toEqual({ kind: 'open', options: { title: 'Add a folder', properties: ['openDirectory'] } });
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
  const { protocolHandlers, privileged } = await start();
  // A real origin: without bypassing the policy, and without service workers or requests that leave it.
  expect(privileged).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
  const answer = protocolHandlers.get('app')!;
  const page = await answer(new Request('app://crivo/'));
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(await page.text()).toBe('<!doctype html>');
  for (const url of ['app://crivo/../secret', 'app://other/', 'app://crivo/missing.js', 'app://crivo/%2e%2e/x.js']) {
    expect((await answer(new Request(url))).status, url).toBe(404);
  }
});

test('no permission is granted but to write to the clipboard', async () => {
  const { permissions } = await start();
  const names = ['media', 'geolocation', 'notifications', 'usb', 'clipboard-read', 'fullscreen', 'openExternal'];
  for (const [permission, granted] of [
    ...names.map((name) => [name, false] as const),
    ['clipboard-sanitized-write', true] as const,
  ]) {
    const answers: boolean[] = [];
    permissions.request!(null, permission, (yes) => answers.push(yes));
    expect([...answers, permissions.check!(null, permission)], permission).toEqual([granted, granted]);
  }
});
