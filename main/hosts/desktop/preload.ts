/** The only bridge between the page and this host. Runs sandboxed; knows no Node. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { createPageBridge } from './page-bridge.ts';

contextBridge.exposeInMainWorld('crivo', createPageBridge({ ipcRenderer, webUtils }));
