import { expect, test } from 'vitest';
import type { Settings } from '../../../shared/contract.ts';
import { CrivoError } from '../../../shared/errors.ts';
import { pageNames } from '../../../shared/pages.ts';
import { startDesktop } from '../../../main/hosts/desktop/start-desktop.ts';
import { windowMemory } from '../../../main/hosts/desktop/window-memory.ts';
import { temporaryFolder } from '../../fixtures/temporary-store.ts';
import { createFakeElectron } from './fake-electron.ts';
import { queue, start } from './start-fake.ts';

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

test('Windows knows the app by the id of its installer', async () => {
  expect((await start(createFakeElectron(), { platform: 'win32' })).app.appUserModelId).toBe('app.crivo.workbench');
});

test('an engine that cannot start is told in a box', async () => {
  const fake = createFakeElectron();
  const folder = temporaryFolder();
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
