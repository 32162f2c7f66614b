import { pageTitles } from '../../../../shared/pages.ts';
import type { PageName } from '../../../../shared/pages.ts';
import type { RoleName } from '../menu.ts';

const count = (value: number): string => value.toLocaleString('en-US');

/** What the desktop itself says, in English; the other languages have the same shape. */
export const en = {
  menus: { file: '&File', edit: '&Edit', go: '&Go', view: '&View', window: '&Window' },
  pages: pageTitles.en as Readonly<Record<PageName, string>>,
  addModels: 'Add models…',
  roles: {
    about: 'About Crivo',
    services: 'Services',
    hide: 'Hide Crivo',
    hideOthers: 'Hide others',
    unhide: 'Show all',
    quit: 'Quit Crivo',
    close: 'Close window',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    delete: 'Delete',
    selectAll: 'Select all',
    reload: 'Reload',
    toggleDevTools: 'Developer tools',
    resetZoom: 'Actual size',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    togglefullscreen: 'Full screen',
    minimize: 'Minimize',
    zoom: 'Zoom',
    front: 'Bring all to front',
  } satisfies Record<RoleName, string> as Readonly<Record<RoleName, string>>,
  cantStart: 'Crivo can’t start',
  quit: {
    question: 'A sweep is running. Quit all the same?',
    detail: 'What is measured is kept; the cell that runs now is measured again at the next start.',
    keep: 'Keep running',
    quit: 'Quit',
  },
  hung: {
    question: 'The window does not answer. Load it again?',
    detail: 'What was typed in it and not saved is lost; a sweep that runs goes on.',
    wait: 'Wait',
    reload: 'Load again',
  },
  sweepEnded: {
    title: (name: string) => `Sweep "${name}" is done`,
    timeIsOver: (name: string) => `The time of sweep "${name}" is over`,
    measured: (runs: number) => `${count(runs)} measured`,
    failed: (runs: number) => `${count(runs)} failed`,
    skipped: (runs: number) => `${count(runs)} skipped`,
    left: (runs: number) => `${count(runs)} left`,
  },
  update: {
    question: (version: string) => `Crivo ${version} is ready. Restart and install it now?`,
    detail: 'What is measured is kept, and the queue goes on after the restart.',
    later: 'Later',
    restart: 'Restart',
  },
};

export type DesktopText = typeof en;
