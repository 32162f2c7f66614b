/** The pages of the sidebar, each loaded when it is first opened. */
import type { Component } from 'svelte';
import type { LucideIcon } from '@lucide/svelte';
import Boxes from '@lucide/svelte/icons/boxes';
import ChartNoAxesCombined from '@lucide/svelte/icons/chart-no-axes-combined';
import Cpu from '@lucide/svelte/icons/cpu';
import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import History from '@lucide/svelte/icons/history';
import Images from '@lucide/svelte/icons/images';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import Table from '@lucide/svelte/icons/table';
import Settings from '@lucide/svelte/icons/settings';
import WandSparkles from '@lucide/svelte/icons/wand-sparkles';
import type { Text } from './text/en.ts';

export type PageName = keyof Text['common']['pages'];

export interface PageEntry {
  readonly name: PageName;
  readonly icon: LucideIcon;
  readonly load: () => Promise<{ readonly default: Component }>;
}

export const pages: readonly PageEntry[] = [
  { name: 'models', icon: Boxes, load: () => import('./views/models/ModelsView.svelte') },
  { name: 'datasets', icon: Images, load: () => import('./views/datasets/DatasetsView.svelte') },
  { name: 'devices', icon: Cpu, load: () => import('./views/devices/DevicesPage.svelte') },
  { name: 'optimize', icon: WandSparkles, load: () => import('./views/optimize/OptimizePage.svelte') },
  { name: 'sweep', icon: Grid3x3, load: () => import('./views/sweep/SweepPage.svelte') },
  { name: 'queue', icon: ListOrdered, load: () => import('./views/queue/QueueView.svelte') },
  { name: 'results', icon: Table, load: () => import('./views/results/ResultsPage.svelte') },
  { name: 'compare', icon: ChartNoAxesCombined, load: () => import('./views/compare/ComparePage.svelte') },
  { name: 'history', icon: History, load: () => import('./views/history/HistoryPage.svelte') },
  { name: 'settings', icon: Settings, load: () => import('./views/settings/SettingsPage.svelte') },
];

/** Pages that people go on to from the first, with what their charts are drawn by. */
const soon: readonly PageName[] = ['results', 'queue', 'compare'];

/** Fetches the code of the pages that are likely next, once the browser has nothing else to do. */
export function prefetchPages(): void {
  const idle: (work: () => void) => unknown = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 2_000));
  const [next, ...later] = [
    ...soon.flatMap((name) => pages.find((page) => page.name === name)?.load ?? []),
    () => import('./charts/chart-library.ts'),
  ];
  const fetchNext = (load: (() => Promise<unknown>) | undefined): void => {
    // A page that can't be had says so when it is opened.
    if (load !== undefined)
      idle(
        () =>
          void load().then(
            () => fetchNext(later.shift()),
            () => {},
          ),
      );
  };
  fetchNext(next);
}
