import type { datasetPhrases as english } from '../../../../shared/phrases/dataset-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const datasetPhrases: Pick<Translations, keyof typeof english> = {
  noDatasetCalled: ({ name, names }) => `Não há um conjunto de dados "${name}"; há: ${names}.`,
  datasetNameTaken: ({ name }) => `Outro conjunto de dados se chama ou se chamou ${name}; escolha outro nome.`,
  datasetIsBundled: ({ name }) => `O conjunto de dados ${name} vem com o programa e não pode ser removido.`,
  datasetOfAnswersGone: () => 'O conjunto de dados destas respostas não existe mais; importe-o de novo.',
  feedsNoSuchInput: ({ dataset, input, inputs }) =>
    `O conjunto de dados ${dataset} alimenta a entrada "${input}", mas as entradas do modelo são ${inputs}; importe-o de novo para este modelo, ou escolha outro conjunto.`,
  feedsInputTooMany: ({ dataset, inputs }) =>
    `O conjunto de dados ${dataset} alimenta uma entrada a mais: as do modelo são ${inputs}; importe-o de novo para este modelo, ou escolha outro conjunto.`,
  datasetEmpty: ({ dataset }) => `O conjunto de dados ${dataset} não contém exemplos; importe um que contenha.`,
  datasetShapeUnfit: ({ dataset, stored, input, taken }) =>
    `O conjunto de dados ${dataset} tem exemplos da forma [${stored}], mas a entrada "${input}" do modelo aceita [${taken}]; escolha outro conjunto.`,
  datasetTypeUnfit: ({ dataset, input, type }) =>
    `O conjunto de dados ${dataset} não pode ser dado à entrada "${input}" do modelo, que aceita ${type}.`,
  datasetNotWhole: ({ dataset, value, input, type }) =>
    `O conjunto de dados ${dataset} contém ${value} para a entrada "${input}" do modelo, que aceita números inteiros (${type}); importe-o de novo para esta entrada, ou escolha outro conjunto.`,
  datasetFeedsNothing: ({ dataset }) =>
    `O conjunto de dados ${dataset} não alimenta nenhuma entrada; importe-o de novo.`,
  datasetUneven: ({ dataset, examples, input, batch, others, other, otherBatch }) =>
    `O conjunto de dados ${dataset} tem ${examples} exemplos de "${input}" em lotes de ${batch}, mas ${others} de "${other}" em lotes de ${otherBatch}; as quantidades devem ser iguais.`,
  labelsOfShape: ({ dataset, exampleCount, shape }) =>
    `O conjunto de dados ${dataset} tem ${exampleCount} exemplos, mas rótulos da forma [${shape}]; dê um rótulo para cada um.`,
  labelsUnreadable: ({ dataset }) =>
    `Os rótulos de ${dataset} não podem ser lidos; importe o conjunto de dados de novo.`,
  labelsUneven: ({ dataset, examples, labels }) =>
    `O conjunto de dados ${dataset} tem ${examples} exemplos, mas ${labels} rótulos; dê um rótulo para cada um.`,
  masksUneven: ({ dataset, examples, masks }) =>
    `O conjunto de dados ${dataset} tem ${examples} exemplos, mas ${masks} máscaras; dê uma para cada um.`,
  modelUnfedInputs: ({ inputs, model }) =>
    `O conjunto de dados não alimenta ${inputs} de ${model}; valores aleatórios serão usados.`,
  noDatasetGivesType: ({ name, model, elementType }) =>
    `A entrada "${name}" de ${model} aceita ${elementType}, que nenhum conjunto de dados pode dar.`,
  inputShapeUnfit: ({ name, model, taken, stored }) =>
    `A entrada "${name}" de ${model} aceita [${taken}], mas os exemplos têm a forma [${stored}].`,
  importAsNhwc: () => 'Importe-o com a disposição nhwc.',
  importAsNchw: () => 'Importe-o com a disposição nchw.',
  importForShape: () => 'Importe-o de novo com uma preparação que dê esta forma.',
  outputsOfBoxesMissing: ({ model, outputs }) =>
    `${model} não tem a saída ${outputs}, e sua acurácia não pode ser medida; importe o conjunto de dados com os nomes das suas saídas de caixas, pontuações e classes.`,
  outputOfScoresMissing: ({ model }) =>
    `${model} não tem saída de pontuações de classes [batch, classes], e sua acurácia não pode ser medida.`,
  scoresOtherClasses: ({ model, classes, named }) =>
    `${model} pontua ${classes} classes, mas o conjunto de dados tem ${named}.`,
  digitsDescription: () => '1.000 dígitos manuscritos do MNIST com seus rótulos, e outros 200 para calibração',
};
