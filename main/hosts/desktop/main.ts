/** Entry of the desktop application: passes the real Electron to the host. */
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  powerSaveBlocker,
  protocol,
  screen,
  session,
  shell,
} from 'electron';
import { openWorkbench } from '../open-workbench.ts';
import { defaultDataFolder, locateProgram } from '../paths.ts';
import { startDesktop } from './start-desktop.ts';
import { windowMemory } from './window-memory.ts';

const program = locateProgram();
const dataFolder = defaultDataFolder();

await startDesktop(
  { app, BrowserWindow, dialog, ipcMain, Menu, Notification, powerSaveBlocker, protocol, screen, session, shell },
  {
    openWorkbench: () => openWorkbench({ dataFolder, program, host: 'desktop' }),
    rendererFolder: program.rendererFolder,
    preload: program.preload,
    memory: windowMemory(dataFolder),
    platform: process.platform,
    argv: process.argv,
    // What was not installed can't be updated.
    ...(app.isPackaged ? { updater: async () => (await import('electron-updater')).default.autoUpdater } : {}),
  },
);
