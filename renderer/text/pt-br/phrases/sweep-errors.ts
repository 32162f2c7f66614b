import type { sweepPhrases as english } from '../../../../shared/phrases/sweep-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const sweepPhrases: Pick<Translations, keyof typeof english> = {
  noModelNamed: ({ reference }) => `Não há um modelo "${reference}".`,
  noRecipeNamed: ({ reference }) => `Não há uma receita "${reference}".`,
  variantNeedsData: ({ recipe }) =>
    `A receita "${recipe}" precisa de dados de calibração; indique um conjunto de dados, como em "dataset: digits".`,
  maxDropNeedsLabels: () =>
    'accept.maxDrop é julgado pela acurácia; indique um conjunto de dados com rótulos, ou use accept.minSnrDb.',
  noDatasetButNear: ({ name, meant }) => `Não há um conjunto de dados "${name}"; você quis dizer "${meant}"?`,
  noSuchInput: ({ name, inputs }) =>
    `Nenhum modelo da varredura tem uma entrada "${name}"; as entradas são: ${inputs}.`,
  noInputButNear: ({ name, meant }) =>
    `Nenhum modelo da varredura tem uma entrada "${name}"; você quis dizer "${meant}"?`,
  providerNotBuilt: ({ name }) => `O provedor ${name} não está nesta versão do ONNX Runtime.`,
  chooseOtherProvider: () => 'Escolha outro provedor; `crivo doctor` lista os que funcionam.',
  endsBeforeStart: () => 'A varredura terminaria antes de poder começar; escolha um fim mais tarde.',
  pathWithoutFolder: ({ path }) =>
    `"${path}" é um caminho, e esta especificação não tem pasta; indique um modelo ou uma receita da biblioteca.`,
  pathWithoutModel: ({ reference }) => `${reference} não contém um modelo ONNX; confira o caminho.`,
  sweepTooLargeInOne: ({ cells, mostCells, mostRuns }) =>
    `A varredura tem ${cells} células em 1 rodada, e uma varredura pode ter ${mostCells} células e ${mostRuns} execuções; divida-a em várias.`,
  sweepTooLarge: ({ cells, rounds, mostCells, mostRuns }) =>
    `A varredura tem ${cells} células em ${rounds} rodadas, e uma varredura pode ter ${mostCells} células e ${mostRuns} execuções; divida-a em várias.`,
  overDiskBudget: ({ used, needed, budget }) =>
    `A pasta de dados ocupa ${used}, a varredura pode somar ${needed}, e os ajustes permitem ${budget}: permita mais, ou descarte amostras antigas.`,
  diskAlmostFull: ({ needed, free }) =>
    `A varredura pode somar ${needed} à pasta de dados, e o disco dela tem ${free} livres: libere espaço, ou descarte amostras antigas nos ajustes.`,
  suchAs: ({ reason }) => `por exemplo: ${reason}`,
  queueStopped: ({ why }) => `A fila parou: ${why}`,
  queueClosing: () => 'A fila está encerrando; inicie o Crivo de novo para continuar.',
  queueAtWork: () => 'A fila está trabalhando; espere que termine, ou pause-a, e tente de novo.',
  measuringCancelled: () => 'A medição foi cancelada; o que já foi medido fica.',
  modelOfCellGone: () => 'O modelo desta célula não está mais na biblioteca; adicione-o de novo.',
  recipeChanged: ({ recipe }) =>
    `A receita "${recipe}" mudou depois que a varredura foi planejada; ponha a varredura na fila de novo.`,
  datasetOfCellGone: ({ dataset }) => `O conjunto de dados "${dataset}" não existe mais; importe-o de novo.`,
};
