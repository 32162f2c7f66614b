import type { passErrorPhrases as english } from '../../../../shared/phrases/pass-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const passErrorPhrases: Pick<Translations, keyof typeof english> = {
  modelEmpty: () => 'O modelo não tem operadores; não há o que otimizar.',
  makingCancelled: () => 'A criação da variante foi cancelada.',
  calibrationMissing: ({ dataset, path }) =>
    `O conjunto de dados ${dataset} não pode ser lido: ${path} não existe; reponha o arquivo ou escolha outro conjunto de dados.`,
  calibrationRefused: ({ dataset, path, code }) =>
    `O conjunto de dados ${dataset} não pode ser lido: o acesso a ${path} foi recusado (${code}); reponha o arquivo ou escolha outro conjunto de dados.`,
  calibrationNaN: ({ dataset, example }) =>
    `O conjunto de dados ${dataset} contém valores NaN ou infinitos perto do exemplo ${example}; limpe-o e tente de novo.`,
  calibratingOn: ({ example, count }) => `Calibrando com o exemplo ${example} de ${count}`,
  calibrationCancelled: () => 'A calibração foi cancelada.',
  calibrationEmpty: ({ dataset }) => `O conjunto de dados "${dataset}" não deu nenhum exemplo para calibrar.`,
  rangeNaN: ({ tensor }) =>
    `O tensor "${tensor}" ficou NaN ou infinito nos dados de calibração, e por isso não tem faixa; confira a escala dos dados ou exclua o nó.`,
  rangeMissing: ({ tensor }) => `Nenhuma faixa foi medida para o tensor "${tensor}".`,
  shapesDiffer: ({ output }) =>
    `Com as formas fixas, a saída "${output}" difere da do original em uma execução de prova; use o modelo como está.`,
  noMadeUpValues: ({ input, type }) =>
    `A entrada "${input}" é do tipo ${type}, para o qual não se podem inventar valores.`,
  batchDynamicAlready: () => 'O lote do modelo já é dinâmico; use-o como está.',
  noBatchDimension: () => 'Nenhuma entrada do modelo tem uma dimensão de lote.',
  batchNotFreed: ({ reason }) =>
    `O lote não pode se tornar dinâmico: ${reason}; exporte o modelo com um lote dinâmico.`,
  mixesBatch: ({ operator, node, size }) => `${operator} "${node}" mistura o lote de ${size} aos seus tamanhos`,
  trialOutput: ({ output, how }) => `em uma execução de prova, a saída "${output}" ${how}`,
  growsNot: () => 'não cresce com o lote',
  hasOtherShape: ({ actual, expected }) => `tem a forma [${actual}] em vez de [${expected}]`,
  differsBy: ({ relative }) => `difere em ${relative} do seu maior valor`,
  nothingForHalf: ({ reason }) => `Não há o que converter para float16 no modelo: ${reason}.`,
  arithmeticInSubgraphs: () =>
    'toda a sua aritmética está dentro de subgrafos (If, Loop ou Scan), que ficam como estão',
  allStayFloat: () => 'todos os seus operadores precisam ficar em float32',
  noFloatTensors: () => 'não tem tensores float32; talvez já tenha sido convertido ou quantizado',
  weightNaN: ({ weight }) =>
    `O peso "${weight}" contém valores NaN ou infinitos e não pode ser quantizado; exclua-o ou conserte o modelo.`,
  modelOpsetTooOld: ({ opset, oldest }) =>
    `O modelo usa o opset ${opset}, que não tem operadores de inteiros; exporte-o no opset ${oldest} ou mais novo.`,
  resizesComputed: ({ node, opset }) =>
    `O nó "${node}" redimensiona por fatores calculados no opset ${opset}; exporte o modelo no opset 11 ou mais novo.`,
  hasQuantizedNodes: ({ operator }) =>
    `O modelo já está quantizado (tem nós ${operator}); escolha o modelo de que ele foi criado.`,
  pruneTheOriginal: ({ form }) =>
    `O modelo já está quantizado (${form}); pode o modelo de que ele foi criado e depois quantize o resultado.`,
  pruneOriginalOf: ({ model, quantization }) =>
    `"${model}" já está quantizado (${quantization}); pode o modelo de que ele foi criado.`,
  applyToOriginal: ({ model, quantization, recipe }) =>
    `"${model}" já está quantizado (${quantization}); aplique "${recipe}" ao modelo de que ele foi criado.`,
};
