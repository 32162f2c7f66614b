/** The language that the desktop itself speaks: that of the settings, and the system's until they can be read. */
import type { EngineEvent, Settings } from '../../../shared/contract.ts';
import { en } from './text/en.ts';
import type { DesktopText } from './text/en.ts';
import { ptBr } from './text/pt-br.ts';

type LanguageName = Settings['language'];

export const desktopTexts: Readonly<Record<LanguageName, DesktopText>> = { en, 'pt-BR': ptBr };

/** The text nearest to a locale of the system. */
export const textOfLocale = (locale: string): DesktopText => (/^pt\b/i.test(locale) ? ptBr : en);

export interface DesktopLanguage {
  /** In the language of now. */
  readonly text: () => DesktopText;
  readonly tell: (event: EngineEvent) => void;
}

/** Follows the settings. @param onchange told after each change of the language */
export function followLanguage(first: LanguageName, onchange: () => void): DesktopLanguage {
  let name = first;
  return {
    text: () => desktopTexts[name],
    tell: (event) => {
      if (event.type !== 'settings-changed' || event.settings.language === name) return;
      name = event.settings.language;
      onchange();
    },
  };
}
