import type { floatNodePhrases as english } from '../../../../shared/phrases/float-nodes.ts';
import type { Translations } from '../../engine-phrases.ts';

export const floatNodePhrases: Pick<Translations, keyof typeof english> = {
  excludedBy: ({ rule }) => `excluído por "${rule}"`,
  no8BitForm: () => 'o ONNX Runtime não tem forma de 8 bits dele na CPU',
  operatorNotChosen: ({ operator }) => `${operator} não está entre os operadores a quantizar`,
  opsetTooOld: ({ opset }) => `no opset ${opset} não aceita inteiros de 8 bits`,
  weightComputed: () => 'seu peso é calculado, não constante',
  weightNotFloat: () => 'seu peso não é float32',
  weightIsVector: () => 'seu peso é um vetor',
  weightEmpty: () => 'seu peso está vazio',
  weightOfOtherRank: ({ dimensions }) => `seu peso tem ${dimensions} dimensões, MatMulNBits aceita 2`,
  weightsComputed: () => 'seus pesos são calculados, não constantes',
  weightsNotFloat: () => 'seus pesos não são float32',
  dataComputed: () => 'seus dados são calculados, não constantes',
  dataNotFloat: () => 'seus dados não são float32',
  dataAreVector: () => 'seus dados são um vetor',
  biasComputed: () => 'seu bias é calculado, não constante',
  biasNotFloat: () => 'seu bias não é float32',
  biasOfOtherShape: ({ shape }) => `seu bias de forma [${shape}] não tem um valor por canal`,
  inputConstant: () => 'sua entrada é constante',
  inputTransposed: () => 'sua entrada é transposta (transA)',
  alphaNot1: () => 'seu alpha não é 1',
  betaNot1: () => 'seu beta não é 1 e seu bias não é constante',
  inputStaysFloat: () => 'sua entrada fica em ponto flutuante',
  anInputStaysFloat: () => 'uma de suas entradas fica em ponto flutuante',
  padsWithOther: () => 'preenche com um valor que não é 0',
  floatIsland: () =>
    'uma convolução depthwise entre operadores de ponto flutuante: ali, inteiros custariam mais do que poupam',
  noWeightsForPass: () => 'não tem pesos que este passo quantize',
  insideSubgraphs: ({ operators }) => `${operators} dentro de seus subgrafos: só o grafo principal é quantizado`,
  rangesInsideSubgraphs: ({ operators }) =>
    `${operators} dentro de seus subgrafos: as faixas só são medidas no grafo principal`,
  noBatchFirst: () => 'DynamicQuantizeLSTM não tem a disposição com o lote primeiro',
  lookupAxis: () => 'GatherBlockQuantized só consulta ao longo do eixo 0',
  rowsDontFillBytes: ({ width }) => `suas linhas de ${width} valores não preenchem bytes inteiros`,
  tooShortForBlocks: ({ length }) => `${length} valores por linha são poucos para que blocos ocupem menos`,
};
