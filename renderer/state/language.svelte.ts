import { createContext } from 'svelte';
import type { Settings } from '../../shared/contract.ts';
import { en } from '../text/en.ts';
import type { Text } from '../text/en.ts';
import { createFormat } from '../text/format.ts';
import type { Format } from '../text/format.ts';

type LanguageName = Settings['language'];

/** The language of the page: its texts and how it writes quantities. */
export class Language {
  name = $state<LanguageName>('en');
  text = $state.raw<Text>(en);
  readonly format: Format = $derived(createFormat(this.name));

  /** Changes it once its texts are loaded. */
  readonly use = async (name: LanguageName): Promise<void> => {
    const text = name === 'en' ? en : (await import('../text/pt-br.ts')).ptBr;
    this.name = name;
    this.text = text;
    document.documentElement.lang = name;
  };
}

export const [useLanguage, provideLanguage] = createContext<Language>();
