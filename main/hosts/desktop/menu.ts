/** The application menu: pages by number, the usual edit and view roles. */
import type { MenuItemConstructorOptions } from 'electron';
import type { ElectronApi } from './electron-api.ts';

/** Pages by their route, in the order of the sidebar. */
const pages = [
  ['models', 'Models'],
  ['devices', 'Devices'],
  ['optimize', 'Optimize'],
  ['sweep', 'New Sweep'],
  ['queue', 'Queue'],
  ['results', 'Results'],
  ['compare', 'Compare'],
] as const;

export interface MenuActions {
  readonly navigate: (route: string) => void;
  readonly addModels: () => void;
}

/** Installs the menu. */
export function installMenu(electron: Pick<ElectronApi, 'Menu' | 'app'>, isMac: boolean, actions: MenuActions): void {
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Add Models…', accelerator: 'CmdOrCtrl+O', click: actions.addModels },
        { label: 'New Sweep', accelerator: 'CmdOrCtrl+N', click: () => actions.navigate('sweep') },
        { type: 'separator' },
        { label: 'Settings', accelerator: 'CmdOrCtrl+,', click: () => actions.navigate('settings') },
        { type: 'separator' },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&Go',
      submenu: pages.map(([route, label], index) => ({
        label,
        accelerator: `CmdOrCtrl+${index + 1}`,
        click: () => actions.navigate(route),
      })),
    },
    { role: 'viewMenu' },
    { role: 'windowMenu' },
  ];
  electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template));
}
