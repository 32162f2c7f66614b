import { MediaQuery } from 'svelte/reactivity';
import type { Call, Settings } from '../../shared/contract.ts';
import { fromFailure } from '../../shared/errors.ts';
import type { Client } from '../rpc/client.ts';
import type { Language } from './language.svelte.ts';
import { Resource } from './resource.svelte.ts';

/** What the page looks like before the settings are there; only this browser's memory, never the truth. */
const memoryKey = 'crivo-appearance';

/** The person's settings, applied to the page as they change. */
export class SettingsState {
  readonly resource: Resource<Settings>;
  readonly #systemDark = new MediaQuery('prefers-color-scheme: dark', false);
  #theme = $state<Settings['theme']>('system');
  /** Whether the page is dark now; canvases draw anew when it changes. */
  readonly dark: boolean = $derived(this.#theme === 'system' ? this.#systemDark.current : this.#theme === 'dark');
  readonly #call: Call;
  readonly #language: Language;

  constructor(client: Client, language: Language) {
    this.#call = client.call;
    this.#language = language;
    this.resource = new Resource(async () => {
      const settings = await client.call('settings.get', {});
      this.#apply(settings);
      return settings;
    });
    client.on('settings-changed', ({ settings }) => this.#take(settings));
    client.onResync(() => void this.resource.load());
  }

  /** Looks as it did last time, until the settings are there. */
  readonly restoreAppearance = (): void => {
    try {
      const remembered = JSON.parse(localStorage.getItem(memoryKey) ?? '{}') as Partial<Settings>;
      this.#apply({ theme: remembered.theme ?? 'system', language: remembered.language ?? 'en' });
    } catch {
      localStorage.removeItem(memoryKey);
    }
  };

  readonly update = async (changes: Partial<Settings>): Promise<void> => {
    this.#take(await this.#call('settings.update', { changes }));
  };

  /** What a page remembered, if anything. */
  readonly remembered = (page: string): unknown => this.resource.value?.pages[page];

  readonly remember = async (page: string, memory: unknown): Promise<void> => {
    // What other pages remember is written with it, so it must be known.
    if (this.resource.state.kind !== 'ready') await this.resource.load();
    if (this.resource.state.kind === 'failed') throw fromFailure(this.resource.state.failure);
    const pages = { ...this.resource.value?.pages, [page]: memory };
    await this.update({ pages });
  };

  #take(settings: Settings): void {
    this.resource.set(settings);
    this.#apply(settings);
  }

  #apply({ theme, language }: Pick<Settings, 'theme' | 'language'>): void {
    this.#theme = theme;
    const root = document.documentElement;
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
    if (language !== this.#language.name) void this.#language.use(language);
    localStorage.setItem(memoryKey, JSON.stringify({ theme, language }));
  }
}
