import type { schemaIssuePhrases as english } from '../../../../shared/phrases/schema-issues.ts';
import type { Translations } from '../../engine-phrases.ts';
import { typeName } from './type-names.ts';

export const schemaIssuePhrases: Pick<Translations, keyof typeof english> = {
  invalidInput: ({ issue }) => `valor inválido, ${issue}`,
  invalidOption: ({ issue }) => `opção inválida, ${issue}`,
  expectedOneOf: ({ choices }) => `era esperado um de ${choices}`,
  expectedReceived: ({ wanted, found }) => `era esperado ${typeName(wanted)}, e veio ${typeName(found)}`,
  tooSmall: ({ what, bound }) => `pequeno demais: ${typeName(what)} deve ser ${bound}`,
  tooBig: ({ what, bound }) => `grande demais: ${typeName(what)} deve ser ${bound}`,
  tooFewItems: ({ bound }) => `pouco demais: a lista deve ter ${bound} itens`,
  tooManyItems: ({ bound }) => `demais: a lista deve ter ${bound} itens`,
  tooFewCharacters: ({ bound }) => `curto demais: o texto deve ter ${bound} caracteres`,
  tooManyCharacters: ({ bound }) => `longo demais: o texto deve ter ${bound} caracteres`,
  notMultiple: ({ step }) => `o número deve ser múltiplo de ${step}`,
  patternMismatch: ({ pattern }) => `o texto deve seguir o padrão ${pattern}`,
  notPowerOfTwo: () => 'deve ser uma potência de dois',
};
