import { expect, test } from 'vitest';
import { createPageBridge } from '../../main/hosts/desktop/page-bridge.ts';
import { createDesktopPlatform } from '../../renderer/rpc/desktop-platform.ts';
import type { DesktopBridge } from '../../renderer/rpc/bridge.ts';

/** The platform of a page whose requests are answered in turn, with what was asked. */
function platformOf(...answers: readonly unknown[]) {
  const asked: unknown[] = [];
  const left = [...answers];
  const ipcRenderer = {
    invoke: (channel: string, request: unknown) => (asked.push([channel, request]), Promise.resolve(left.shift())),
  };
  // Electron knows the path of a file of the disk alone.
  const webUtils = { getPathForFile: ({ name }: File) => (name.endsWith('.onnx') ? `/models/${name}` : '') };
  const bridge = createPageBridge({ ipcRenderer, webUtils } as never) as DesktopBridge;
  return { platform: createDesktopPlatform(bridge), asked };
}

test('dropped files go by their paths; what has none is left out', async () => {
  const { platform, asked } = platformOf();
  const files = [new File(['x'], 'a.onnx'), new File(['x'], 'a picture of a page'), new File(['x'], 'b.onnx')];
  expect(await platform.droppedFiles(files)).toEqual(['/models/a.onnx', '/models/b.onnx']);
  expect(asked, 'no byte of them is sent').toEqual([]);
});

test('native dialogs give paths, and null where the person cancels', async () => {
  const { platform, asked } = platformOf(['/a.onnx', '/b.onnx'], [], ['/folder'], [], '/out.csv', null);
  const wish = { title: 'Add models', extensions: ['onnx'], multiple: true };
  expect(await platform.pickFiles(wish)).toEqual(['/a.onnx', '/b.onnx']);
  expect(await platform.pickFiles(wish)).toBeNull();
  expect(await platform.pickFolder({ title: 'A folder', extensions: ['png'] })).toBe('/folder');
  expect(await platform.pickFolder({ title: 'A folder', extensions: ['png'] })).toBeNull();
  expect(await platform.saveFile('Export', 'runs.csv')).toMatchObject({ path: '/out.csv' });
  expect(await platform.saveFile('Export', 'runs.csv')).toBeNull();
  expect(asked[0]).toEqual(['crivo:platform', { kind: 'pick-files', ...wish }]);
  expect(asked[4]).toEqual(['crivo:platform', { kind: 'save-file', title: 'Export', suggestedName: 'runs.csv' }]);
});
