import type { quantizedNodePhrases as english } from '../../../../shared/phrases/quantized-nodes.ts';
import type { Translations } from '../../engine-phrases.ts';

export const quantizedNodePhrases: Pick<Translations, keyof typeof english> = {
  weightsPerChannel: ({ axis }) => `pesos por canal (eixo ${axis})`,
  weightsWithOneScale: () => 'pesos com uma só escala',
  doneByRounding: () => 'feito pelo arredondamento de sua entrada, cuja faixa termina onde ele corta',
  worksOnIntegers: () => 'trabalha com inteiros',
  movesIntegers: () => 'move inteiros, com a escala de sua entrada',
  operatorPerColumn: ({ operator, type }) => `${operator}, pesos ${type} por coluna`,
  operatorPerChannel: ({ operator, type }) => `${operator}, pesos ${type} por canal`,
  operatorWithOneScale: ({ operator, type }) => `${operator}, pesos ${type} com uma só escala`,
  operatorPerGate: ({ operator, type }) => `${operator}, pesos ${type} por unidade de porta`,
  operatorPerDirection: ({ operator, type }) => `${operator}, pesos ${type} com uma escala por direção`,
  looksUp: ({ type }) => `consulta valores ${type} com uma só escala`,
  productInBlocks: ({ columns, rows, size }) => `MatMulNBits, ${columns} colunas de ${rows} pesos em blocos de ${size}`,
  lookupInBlocks: ({ width, size }) => `GatherBlockQuantized, linhas de ${width} em blocos de ${size}`,
};
