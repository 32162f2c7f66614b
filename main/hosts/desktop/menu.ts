/** The application menu in the language of the settings: pages by number, the usual edit, view and window roles. */
import type { MenuItemConstructorOptions } from 'electron';
import { pageNames } from '../../../shared/pages.ts';
import type { ElectronApi } from './electron-api.ts';
import type { DesktopText } from './text/en.ts';

/** What Electron itself does for an item; its own labels are in English only. */
export type RoleName =
  | 'about'
  | 'services'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'quit'
  | 'close'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'delete'
  | 'selectAll'
  | 'reload'
  | 'toggleDevTools'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'minimize'
  | 'zoom'
  | 'front';

export interface MenuActions {
  readonly navigate: (route: string) => void;
  readonly addModels: () => void;
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** Installs the menu, in place of what was installed before. */
export function installMenu(
  electron: Pick<ElectronApi, 'Menu'>,
  text: DesktopText,
  isMac: boolean,
  actions: MenuActions,
): void {
  const roles = (...names: readonly (RoleName | null)[]): MenuItemConstructorOptions[] =>
    names.map((role) => (role === null ? separator : { role, label: text.roles[role] }));
  const goTo = (page: (typeof pageNames)[number], key: number | string): MenuItemConstructorOptions => ({
    label: text.pages[page],
    accelerator: `CmdOrCtrl+${key}`,
    click: () => actions.navigate(page),
  });
  const template: MenuItemConstructorOptions[] = [
    ...(isMac
      ? [
          {
            label: 'Crivo',
            submenu: roles('about', null, 'services', null, 'hide', 'hideOthers', 'unhide', null, 'quit'),
          },
        ]
      : []),
    {
      label: text.menus.file,
      submenu: [
        { label: text.addModels, accelerator: 'CmdOrCtrl+O', click: actions.addModels },
        goTo('sweep', 'N'),
        separator,
        goTo('settings', ','),
        separator,
        ...roles(isMac ? 'close' : 'quit'),
      ],
    },
    {
      label: text.menus.edit,
      submenu: roles('undo', 'redo', null, 'cut', 'copy', 'paste', 'delete', null, 'selectAll'),
    },
    {
      label: text.menus.go,
      // The settings have their item, and only nine pages a number.
      submenu: pageNames.filter((page) => page !== 'settings').map((page, index) => goTo(page, index + 1)),
    },
    {
      label: text.menus.view,
      submenu: roles('reload', 'toggleDevTools', null, 'resetZoom', 'zoomIn', 'zoomOut', null, 'togglefullscreen'),
    },
    {
      label: text.menus.window,
      submenu: roles('minimize', ...(isMac ? (['zoom', null, 'front'] as const) : ['close' as const])),
    },
  ];
  electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template));
}
