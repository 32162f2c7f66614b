import type { pruningPhrases as english } from '../../../../shared/phrases/pruning.ts';
import type { Translations } from '../../engine-phrases.ts';

export const pruningPhrases: Pick<Translations, keyof typeof english> = {
  nothingAsked: () => 'Nada foi pedido para sair: ratio é 0.',
  nothingToPrune: ({ why }) => `Nada a podar: ${why}.`,
  layersInSubgraphs: () => 'suas camadas estão dentro de subgrafos',
  noLayers: () => 'não tem convolução ou produto com pesos constantes',
  allGroupsLocked: ({ group, why }) => `todos os grupos estão travados ("${group}", porque ${why})`,
  noFloatLayers: () => 'Nada a podar: o modelo não tem convolução ou produto com pesos float32 constantes.',
  channelsRemoved: ({ channels, groups, parameters, macs }) =>
    `Remoção de ${channels} em ${groups}: ${parameters} dos parâmetros e ${macs} das multiplicações-acumulações.`,
  channelsRemovedFaster: ({ channels, groups, parameters, macs, latency }) =>
    `Remoção de ${channels} em ${groups}: ${parameters} dos parâmetros e ${macs} das multiplicações-acumulações, latência medida ${latency} menor.`,
  channelsRemovedRepaired: ({ channels, groups, parameters, macs, repaired }) =>
    `Remoção de ${channels} em ${groups}: ${parameters} dos parâmetros e ${macs} das multiplicações-acumulações; ${repaired}.`,
  channelsRemovedFasterRepaired: ({ channels, groups, parameters, macs, latency, repaired }) =>
    `Remoção de ${channels} em ${groups}: ${parameters} dos parâmetros e ${macs} das multiplicações-acumulações, latência medida ${latency} menor; ${repaired}.`,
  layersRepaired: ({ layers, examples, before, after }) =>
    `reparo de ${layers} em ${examples}, com erro de ${before} antes e ${after} depois`,
  layersAndNormsRepaired: ({ layers, normalizations, examples, before, after }) =>
    `reparo de ${layers} e ${normalizations} em ${examples}, com erro de ${before} antes e ${after} depois`,
  notRepaired: ({ why }) => `seus pesos não foram reparados: ${why}`,
  noRepairForm: ({ operator }) => `o reparo não tem forma para ${operator}`,
  sharedWeights: () => 'outras camadas também usam seus pesos ou seu bias',
  unusualForm: () => 'tem uma forma incomum',
  removedOfChannels: ({ removed, channels }) => `remoção de ${removed} de ${channels}`,
  removedTogether: ({ removed, channels, layers }) => `remoção de ${removed} de ${channels}, junto com ${layers}`,
  channelsMatter: ({ count }) => `seus ${count} canais importam mais que os que saíram, ou são poucos demais`,
  channelsLocked: ({ count, why }) => `seus ${count} canais estão travados: ${why}`,
  onlySoMuchLatency: ({ share }) =>
    `Só ${share} da latência pôde sair dentro dos limites dados; aumente maxShare ou reduza minChannels e roundTo.`,
  onlySoManyChannels: ({ share }) =>
    `Só ${share} dos canais puderam sair dentro dos limites dados; aumente maxShare ou reduza minChannels e roundTo.`,
  onlySoManyParameters: ({ share }) =>
    `Só ${share} dos parâmetros puderam sair dentro dos limites dados; aumente maxShare ou reduza minChannels e roundTo.`,
  onlySoManyMacs: ({ share }) =>
    `Só ${share} das multiplicações-acumulações puderam sair dentro dos limites dados; aumente maxShare ou reduza minChannels e roundTo.`,
  repairWithoutData: () =>
    'Nenhum conjunto de dados foi dado, por isso os pesos restantes não foram reparados: a acurácia deve ser bem menor do que poderia.',
  unknownProcessor: () => 'um processador desconhecido',
  weightsZeroed: ({ share, weights, pattern, size }) =>
    `${share} de ${weights} são zero (${pattern}); comprimido, o modelo ocupa ${size} do que ocupava.`,
  shareZeroed: ({ share }) => `${share} de seus pesos são zero`,
  noSpeedFromZeros: () =>
    'O ONNX Runtime não ganha velocidade com zeros em uma CPU, nem o arquivo encolhe: o que encolhe é o arquivo comprimido.',
};
