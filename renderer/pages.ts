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
import { pageNames } from '../shared/pages.ts';
import type { PageName } from '../shared/pages.ts';

interface PageParts {
  readonly icon: LucideIcon;
  readonly load: () => Promise<{ readonly default: Component }>;
}
export interface PageEntry extends PageParts {
  readonly name: PageName;
  /** The page itself where its code is there, so that it is drawn at once; else the wait for it. */
  readonly open: () => Component | Promise<Component>;
}

const parts: Readonly<Record<PageName, PageParts>> = {
  models: { icon: Boxes, load: () => import('./views/models/ModelsView.svelte') },
  datasets: { icon: Images, load: () => import('./views/datasets/DatasetsView.svelte') },
  devices: { icon: Cpu, load: () => import('./views/devices/DevicesPage.svelte') },
  optimize: { icon: WandSparkles, load: () => import('./views/optimize/OptimizePage.svelte') },
  sweep: { icon: Grid3x3, load: () => import('./views/sweep/SweepPage.svelte') },
  queue: { icon: ListOrdered, load: () => import('./views/queue/QueueView.svelte') },
  results: { icon: Table, load: () => import('./views/results/ResultsPage.svelte') },
  compare: { icon: ChartNoAxesCombined, load: () => import('./views/compare/ComparePage.svelte') },
  history: { icon: History, load: () => import('./views/history/HistoryPage.svelte') },
  settings: { icon: Settings, load: () => import('./views/settings/SettingsPage.svelte') },
};

export const pages: readonly PageEntry[] = pageNames.map((name) => ({ name, ...opening(parts[name]) }));

function opening({ icon, load }: PageParts): Omit<PageEntry, 'name'> {
  let view: Component | undefined;
  const loaded = async () => {
    const module = await load();
    view = module.default;
    return module;
  };
  return { icon, load: loaded, open: () => view ?? loaded().then(({ default: first }) => first) };
}

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
