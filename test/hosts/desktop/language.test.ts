import { expect, test } from 'vitest';
import { pageNames } from '../../../shared/pages.ts';
import { desktopTexts, followLanguage, textOfLocale } from '../../../main/hosts/desktop/language.ts';
import { installMenu } from '../../../main/hosts/desktop/menu.ts';
import { en } from '../../../renderer/text/en.ts';
import { ptBr } from '../../../renderer/text/pt-br.ts';
import { createFakeElectron } from './fake-electron.ts';

const sidebars = { en, 'pt-BR': ptBr };

test('the menu calls pages as the sidebar does, in each language', () => {
  for (const [name, text] of Object.entries(desktopTexts)) {
    const { common } = sidebars[name as keyof typeof sidebars];
    expect(text.pages).toEqual(Object.fromEntries(pageNames.map((page) => [page, common.pages[page]])));
  }
});

test('no item of any menu is without a label, and none is left in English', () => {
  const labelsOf = (language: keyof typeof desktopTexts, isMac: boolean): string[] => {
    const { electron, menus } = createFakeElectron();
    installMenu(electron, desktopTexts[language], isMac, { navigate: () => {}, addModels: () => {} });
    return menus[0]!.flatMap(({ label, submenu = [] }) => [
      label ?? '',
      ...submenu.filter(({ type }) => type !== 'separator').map((item) => item.label ?? ''),
    ]);
  };
  for (const isMac of [true, false]) {
    const [english, portuguese] = [labelsOf('en', isMac), labelsOf('pt-BR', isMac)];
    expect(english).not.toContain('');
    expect(portuguese).toHaveLength(english.length);
    // Named alike in both.
    const same = portuguese.filter((label, index) => label === english[index]);
    expect(same).toEqual(isMac ? ['Crivo'] : []);
    expect(new Set(portuguese.map((label) => /&(.)/.exec(label)?.[1]).filter(Boolean)).size, 'mnemonics').toBe(5);
  }
});

test('the language changes with the settings, and nothing else changes it', () => {
  let changes = 0;
  const language = followLanguage('en', () => (changes += 1));
  const settings = (name: 'en' | 'pt-BR') =>
    language.tell({ type: 'settings-changed', settings: { language: name } as never });
  settings('en');
  language.tell({ type: 'models-changed' });
  expect([language.text(), changes]).toEqual([desktopTexts.en, 0]);
  settings('pt-BR');
  expect([language.text(), changes]).toEqual([desktopTexts['pt-BR'], 1]);
});

test('before the settings can be read the system says the language', () => {
  expect(textOfLocale('pt-BR').cantStart).toBe('O Crivo não pode iniciar');
  expect(textOfLocale('pt').cantStart).toBe('O Crivo não pode iniciar');
  for (const locale of ['en-GB', 'de', '', 'ptx']) expect(textOfLocale(locale).cantStart).toBe('Crivo can’t start');
});
