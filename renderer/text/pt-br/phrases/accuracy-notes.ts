import type { accuracyPhrases as english } from '../../../../shared/phrases/accuracy-notes.ts';
import type { Translations } from '../../engine-phrases.ts';

export const accuracyPhrases: Pick<Translations, keyof typeof english> = {
  runsOfOtherData: ({ first, dataset, second, other }) =>
    `A execução ${first} respondeu a ${dataset} e a execução ${second} a ${other}; só execuções com o mesmo conjunto de dados podem ser comparadas pelas respostas.`,
  runsOfOtherExamples: () =>
    'As duas execuções responderam a exemplos diferentes; compare execuções com o mesmo conjunto de dados.',
  outputMissing: ({ shape }) => `A acurácia não foi medida: o modelo não tem saída da forma ${shape}.`,
  namedOutputMissing: ({ name, shape }) =>
    `A acurácia não foi medida: o modelo não tem saída "${name}" da forma ${shape}.`,
  nanCountsAsWrong: ({ count, seen }) =>
    `As saídas de ${count} de ${seen} exemplos contêm NaN; eles contam como errados.`,
  nanLeftOut: ({ count, seen }) => `As saídas de ${count} de ${seen} exemplos contêm NaN; eles ficam fora das médias.`,
  labelsOutside: ({ count, dataset, classes }) =>
    `${count} rótulos de ${dataset} ficam fora das ${classes} classes do modelo e contam como errados; confira o conjunto de dados.`,
  otherClassCount: ({ dataset, named, classes }) =>
    `${dataset} nomeia ${named} classes, mas o modelo pontua ${classes}; confira se um serve ao outro.`,
  recallAmongFirst: ({ count, examples }) =>
    `A revocação foi medida entre os primeiros ${count} de ${examples} exemplos.`,
  otherAlphabet: ({ symbols, dataset, alphabet }) =>
    `O modelo pontua ${symbols} símbolos, mas ${dataset} tem um alfabeto de ${alphabet} e um branco; dê o alfabeto com que o modelo foi treinado.`,
  layersTask: ({ model }) => `Camadas de ${model}`,
  readingBothModels: () => 'Lendo os dois modelos',
  comparingLayers: ({ example }) => `Comparando as camadas no exemplo ${example}`,
  layersCancelled: () => 'A comparação das camadas foi cancelada.',
  madeFromNoOther: ({ model }) => `"${model}" não foi criado de outro modelo; indique aquele com que compará-lo.`,
  otherBatchOfVariant: ({ mine, other }) =>
    `O modelo aceita lotes de ${mine} e a variante de ${other}; camadas só podem ser comparadas com um mesmo tamanho de lote.`,
  tensorResized: () => 'tem outro tamanho na variante',
  tensorGone: () => 'a variante não tem tensor com este nome: ele virou parte de outro operador',
  tensorReordered: () => 'seus valores são guardados em outra ordem',
  tensorNotFloat: () => 'não contém números de ponto flutuante',
  parentNotFinite: () => 'os valores do original são NaN ou infinitos',
  oneSubgraphNode: () => '1 nó contém grafos próprios, cujo interior não foi comparado.',
  subgraphNodes: ({ nodes }) => `${nodes} nós contêm grafos próprios, cujo interior não foi comparado.`,
  boxesFound: ({ found, boxes, wrong }) => `${found} de ${boxes} encontradas, ${wrong} erradas`,
};
