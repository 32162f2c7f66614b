import type { quantizationPhrases as english } from '../../../../shared/phrases/quantization.ts';
import type { Translations } from '../../engine-phrases.ts';

export const quantizationPhrases: Pick<Translations, keyof typeof english> = {
  quantizedStatic: ({ done, all, weights, activations, others, method, examples }) =>
    `Quantização de ${done} de ${all} (pesos ${weights}; ativações ${activations}), junto com ${others}; faixas por ${method} em ${examples}.`,
  quantizedDynamic: ({ nodes, weights }) =>
    `Quantização de ${nodes} (pesos ${weights}; ativações uint8 conforme chegam).`,
  typePerChannel: ({ type }) => `${type} por canal`,
  typeOf7Bits: ({ type }) => `${type}, com 7 bits`,
  quantizedInBlocks: ({ nodes, bits, size }) => `${nodes} com pesos de ${bits} bits em blocos de ${size}.`,
  quantizedInSymmetricBlocks: ({ nodes, bits, size }) =>
    `${nodes} com pesos de ${bits} bits em blocos simétricos de ${size}.`,
  allInSubgraphs: () => 'Nada a quantizar: todos os operadores estão dentro de subgrafos.',
  nothingQuantizable: ({ what }) =>
    `Nada a quantizar: o modelo não tem ${what} fora das exclusões; os motivos estão nos nós.`,
  floatProducts: () => 'convolução ou produto com pesos float32 constantes',
  floatProductsOrLstms: () => 'produto, LSTM ou consulta com pesos float32 constantes',
  floatProductsOrLookups: () => 'produto ou consulta com pesos float32 constantes',
  outputsFarOff: ({ snr }) =>
    `As saídas estão longe das do original nos dados de calibração (relação sinal-ruído ${snr} dB): confira a acurácia e exclua os nós sensíveis.`,
  outputsNotFinite: () => 'As saídas são NaN ou infinitas nos dados de calibração: confira os dados e sua escala.',
  gainsNothing: () =>
    'suas camadas são pequenas demais, ou misturadas demais com operadores de ponto flutuante, para ganhar com inteiros',
  biasClipped: ({ bias }) =>
    `O bias "${bias}" foi cortado: é grande demais ao lado de seus pesos para 32 bits; exclua seu nó.`,
  stepsCoarser: ({ weight }) =>
    `O peso "${weight}" tem passos mais grossos, para que um bias grande ao lado caiba em 32 bits.`,
  signedWithoutVnni: () =>
    'Esta CPU não tem VNNI: int8 com ativações com sinal muitas vezes é mais lento que float32 aqui.',
  sevenBitsStatic: () =>
    'Esta CPU não tem VNNI: os pesos usam 7 bits para que as somas não transbordem; int8 ganha pouca velocidade aqui, e em outras CPUs a acurácia pode ser outra.',
  mayOverflowStatic: () =>
    'Esta CPU não tem VNNI: pesos de 8 bits podem transbordar com ativações sem sinal; ponha reduceRange em on.',
  sevenBits: () =>
    'Esta CPU não tem VNNI: os pesos usam 7 bits para que as somas não transbordem; int8 ganha pouca velocidade aqui.',
  mayOverflow: () => 'Esta CPU não tem VNNI: pesos de 8 bits podem transbordar; ponha reduceRange em on.',
  signedActivations: () =>
    'Ativações com sinal são mais lentas que as sem sinal nesta CPU (VNNI multiplica sem sinal por com sinal).',
  unsignedWeights: () =>
    'Pesos sem sinal são mais lentos que os com sinal nesta CPU (VNNI multiplica sem sinal por com sinal).',
  blocksOnlyHere: () =>
    'MatMulNBits e GatherBlockQuantized são operadores do ONNX Runtime: outros runtimes não conseguem carregar o arquivo.',
  slowAccuracyLevel: ({ level }) =>
    `Pesos de 8 bits no accuracyLevel ${level} voltam a ponto flutuante a cada execução, o que é várias vezes mais lento; o nível 4 calcula com inteiros.`,
};
