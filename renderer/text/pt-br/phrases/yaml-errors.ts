import type { yamlPhrases as english } from '../../../../shared/phrases/yaml-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const yamlPhrases: Pick<Translations, keyof typeof english> = {
  yamlKeysAlike: () => 'uma chave se repete',
  yamlTabs: () => 'tabulações não servem de recuo',
  yamlColumns: () => 'as chaves de um objeto devem começar na mesma coluna',
  yamlListColumns: () => 'os itens devem começar na mesma coluna',
  yamlCompact: () => 'um objeto dentro de outro não cabe na mesma linha',
  yamlKeyAlone: () => 'falta ":" depois de uma chave',
  yamlKeyLines: () => 'uma chave deve ficar em uma só linha',
  yamlIndent: ({ what, end }) => `${what} deve ter recuo suficiente e terminar com ${end}`,
  yamlFlowList: () => 'uma lista entre colchetes',
  yamlFlowMap: () => 'um objeto entre chaves',
  yamlMissing: ({ quote }) => `falta ${quote} ao final`,
  yamlTag: ({ tag }) => `a etiqueta ${tag} não é conhecida`,
};
