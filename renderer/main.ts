import { mount } from 'svelte';
import '@fontsource-variable/inter/wght.css';
import './theme.css';
import './base.css';
import App from './App.svelte';
import { createClient } from './rpc/client.ts';
import { createDesktopPlatform } from './rpc/desktop-platform.ts';
import { createIpcTransport } from './rpc/ipc-transport.ts';
import { createSocketTransport } from './rpc/socket-transport.ts';
import { createWebPlatform } from './rpc/web-platform.ts';
import { Workbench } from './state/workbench.svelte.ts';

const bridge = window.crivo;
const transport =
  bridge === undefined
    ? createSocketTransport({ url: `${location.origin.replace(/^http/, 'ws')}/rpc` })
    : createIpcTransport(bridge);
const platform = bridge === undefined ? createWebPlatform() : createDesktopPlatform(bridge);
const workbench = new Workbench(createClient(transport), platform);

mount(App, { target: document.getElementById('app')!, props: { workbench } });
