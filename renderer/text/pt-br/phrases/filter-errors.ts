import type { filterErrorPhrases as english } from '../../../../shared/phrases/filter-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const filterErrorPhrases: Pick<Translations, keyof typeof english> = {
  filterFault: ({ what, place }) => `O filtro ${what} no caractere ${place}.`,
  filterFaultCure: ({ what, place, cure }) => `O filtro ${what} no caractere ${place}; ${cure}.`,
  closingTooMany: () => 'tem um parêntese de fechamento a mais',
  tooManyTerms: ({ most }) => `tem mais de ${most} termos`,
  lacksTerm: () => 'precisa de um termo',
  writeTerm: () => 'escreva uma coluna com seu valor, ou uma palavra; palavras como "or" ficam entre aspas',
  openParenthesis: () => 'tem um parêntese aberto que nada fecha',
  loneMinus: () => 'tem um sinal de menos sozinho',
  minusRightBefore: () => 'ponha-o logo antes do que não deve valer',
  tooManyLevels: ({ most }) => `tem mais de ${most} níveis, um dentro do outro,`,
  unknownColumn: ({ column, place }) =>
    `O filtro tem uma coluna desconhecida "${column}" no caractere ${place}; ponha-a entre aspas se é um texto a buscar.`,
  unknownColumnMeant: ({ column, place, meant }) =>
    `O filtro tem uma coluna desconhecida "${column}" no caractere ${place}; você quis dizer "${meant}"?`,
  lacksValue: ({ column }) => `precisa do valor de ${column}`,
  comparesBy: ({ column, operator }) => `compara ${column} por ${operator}`,
  hasNoOrder: ({ column }) => `ela não tem ordem: escreva ${column}:valor`,
  comparesSeveral: ({ column }) => `compara ${column} com vários valores`,
  giveOne: () => 'dê um, ou escreva alternativas com dois-pontos',
  hasValueFor: ({ value, column }) => `tem "${value}" para ${column}`,
  itTakes: ({ what }) => `ela aceita ${what}`,
  strayCharacter: ({ character }) => `tem um "${character}" perdido`,
  quoteIt: () => 'ponha-o entre aspas para buscá-lo',
  openQuote: () => 'tem aspas abertas que nada fecha',
  takesRange: () => 'uma faixa com ao menos um extremo',
  takesWhole: () => 'um número inteiro ou uma faixa como 2..8',
  takesTime: () => 'um tempo como 2ms, 300us ou 1.5s (ms onde não há unidade)',
  takesSize: () => 'um tamanho como 500kB, 20MB ou 1GiB (MB onde não há unidade)',
  takesPercentage: () => 'uma porcentagem como 95 ou 0.5%',
  takesAnyNumber: () => 'um número como 25 ou 3.5e3',
  takesYesOrNo: () => 'yes ou no',
  takesDay: () => 'um dia como 2026-11-24 ou uma hora como 2026-11-24T08:30Z (UTC)',
  unsortable: ({ column }) => `As execuções não podem ser ordenadas por "${column}", que não é uma coluna.`,
  unsortableMeant: ({ column, meant }) =>
    `As execuções não podem ser ordenadas por "${column}", que não é uma coluna; você quis dizer "${meant}"?`,
};
