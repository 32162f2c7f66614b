import { createContext } from 'svelte';
import type { Diagnostics, LogLine } from '../../shared/diagnostics.ts';
import type { AppInfo } from '../../shared/contract.ts';
import type { DatasetSummary } from '../../shared/dataset.ts';
import type { Client } from '../rpc/client.ts';
import type { Platform } from '../rpc/platform.ts';
import type { ConnectionState } from '../rpc/transport.ts';
import { Hardware } from './hardware.svelte.ts';
import { Language } from './language.svelte.ts';
import { Models } from './models.svelte.ts';
import { Optimization } from './optimization.svelte.ts';
import { VariantSearch } from './variant-search.svelte.ts';
import { Queue } from './queue.svelte.ts';
import { Recipes } from './recipes.svelte.ts';
import { Resource } from './resource.svelte.ts';
import { Results } from './results.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { SweepDraft } from './sweep-draft.svelte.ts';
import { Sweeps } from './sweeps.svelte.ts';
import { Tasks } from './tasks.svelte.ts';

/** Everything a page may reach: the engine's areas and the host. Provided once, at the top. */
export class Workbench {
  readonly client: Client;
  readonly platform: Platform;
  readonly language = new Language();
  readonly settings: SettingsState;
  readonly tasks: Tasks;
  readonly models: Models;
  readonly hardware: Hardware;
  readonly recipes: Recipes;
  readonly optimization: Optimization;
  readonly variantSearch: VariantSearch;
  readonly sweeps: Sweeps;
  readonly sweepDraft = new SweepDraft();
  readonly queue: Queue;
  readonly results: Results;
  readonly datasets: Resource<readonly DatasetSummary[]>;
  readonly info: Resource<AppInfo>;
  readonly log: Resource<readonly LogLine[]>;
  connection = $state<ConnectionState>('connecting');

  constructor(client: Client, platform: Platform) {
    this.client = client;
    this.platform = platform;
    this.settings = new SettingsState(client, this.language);
    this.tasks = new Tasks(client);
    this.models = new Models(client, this.tasks);
    this.hardware = new Hardware(client);
    this.recipes = new Recipes(client);
    this.optimization = new Optimization(this.recipes, this.tasks);
    this.variantSearch = new VariantSearch(client.call, this.tasks);
    this.sweeps = new Sweeps(client);
    this.queue = new Queue(client);
    this.results = new Results(client);
    this.datasets = new Resource(() => client.call('datasets.list', {}));
    client.on('datasets-changed', () => void this.datasets.load());
    client.onResync(() => void this.datasets.load());
    this.info = new Resource(() => client.call('app.info', {}));
    this.log = new Resource(() => client.call('app.log', {}));
    client.onConnection((state) => {
      this.connection = state;
    });
  }

  /** What a report of a fault needs. */
  readonly diagnostics = (): Promise<Diagnostics> => this.client.call('app.diagnostics', {});

  /** Fetches what the frame shows on every page. */
  readonly open = (): void => {
    this.settings.restoreAppearance();
    void this.settings.resource.load();
    void this.queue.resource.load();
    void this.models.list.load();
  };
}

export const [useWorkbench, provideWorkbench] = createContext<Workbench>();
