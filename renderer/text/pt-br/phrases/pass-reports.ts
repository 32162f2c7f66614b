import type { passReportPhrases as english } from '../../../../shared/phrases/pass-reports.ts';
import type { Translations } from '../../engine-phrases.ts';

export const passReportPhrases: Pick<Translations, keyof typeof english> = {
  inNormalForm: () => 'O grafo já estava na forma normal; nada mudou.',
  normalized: ({ nodes, after, constants, identities, unused, computed, scales }) =>
    `De ${nodes} passou a ${after}: inicializadores feitos de ${constants}, remoção de ${identities} e ${unused}, cálculo antecipado de ${computed}, incorporação de ${scales} a convoluções.`,
  noPattern: () => 'Nenhum dos padrões está no modelo; nada mudou.',
  streamlined: ({ activations, constants, gates }) =>
    `Reescrita de igual valor: ${activations}, ${constants} depois delas e ${gates}.`,
  graphOptimized: ({ nodes, after, level }) => `De ${nodes} passou a ${after} no nível ${level} do ONNX Runtime.`,
  operatorCounts: ({ before, after }) => `${before} antes, ${after} depois`,
  allOf: ({ operator }) => `todos os ${operator}`,
  blockedLayout: ({ nodes }) =>
    `A disposição NCHWc, na largura vetorial deste processador, é usada por ${nodes}: use o arquivo só em processadores como este, com o ONNX Runtime na CPU.`,
  layoutByProcessor: ({ level }) =>
    `O nível ${level} pode escolher o que convém a este processador; em outro tipo de processador o arquivo pode ser mais lento que o original.`,
  ownOperators: ({ nodes }) =>
    `Há ${nodes} com operadores próprios do ONNX Runtime (com.microsoft): outros runtimes não conseguem carregar o arquivo.`,
  convertedToFloat16: ({ converted, nodes, casts, kept }) =>
    `Calculam em float16: ${converted} de ${nodes}, com ${casts} ao redor; ficam em float32: ${kept}.`,
  oneWeightNotFinite: () => '1 peso do original é NaN.',
  weightsNotFinite: ({ count }) => `${count} pesos do original são NaN.`,
  oneWeightClamped: () => '1 peso além de ±65504 foi limitado a esse valor.',
  weightsClamped: ({ count }) => `${count} pesos além de ±65504 foram limitados a esse valor.`,
  oneOverflow: ({ magnitude, tensor, nodes }) =>
    `Com dados reais 1 tensor passa de ±65504 (até ${magnitude} em "${tensor}"), o que vira infinito onde o processador calcula em float16: mantenha estes nós em float32 (keepNodes: ${nodes}).`,
  overflows: ({ count, magnitude, tensor, nodes }) =>
    `Com dados reais ${count} tensores passam de ±65504 (até ${magnitude} em "${tensor}"), o que vira infinito onde o processador calcula em float16: mantenha estes nós em float32 (keepNodes: ${nodes}).`,
  float16NotFinite: ({ outputs }) =>
    `Com dados reais o modelo em float16 dá NaN ou infinito em ${outputs}, onde o original não dá: mantenha em float32 os operadores anteriores (keepOperators, keepNodes).`,
  noFloat16: () =>
    'Esta CPU não tem aritmética float16 que o ONNX Runtime use: ele converte para float32 e de volta, e aqui o modelo muitas vezes é mais lento que o original.',
  someFloat16: () => 'nem todos os operadores têm aritmética float16 aqui',
  castsFloat16: () =>
    'esta CPU não tem aritmética float16 que o ONNX Runtime use, por isso ele converte para float32 e de volta',
  slowerThanParent: ({ times, why }) => `A variante é mais lenta que o original nesta CPU (${times}): ${why}.`,
  notFoundFaster: ({ times }) =>
    `Não se constatou que a variante seja mais rápida que o original nesta CPU (${times}): meça ambos em uma varredura antes de escolhê-la pela velocidade.`,
  timesOfParent: ({ ratio, low, high }) =>
    `${ratio} vezes a latência dele com lote 1, uma thread; intervalo de 95% de ${low} a ${high}`,
  batchFreed: ({ size, symbol, inputs, nodes }) =>
    `O lote, antes fixo em ${size}, é dinâmico (${symbol}) em ${inputs}; reescrita de ${nodes}.`,
  batchFreedAndVerified: ({ size, symbol, inputs, nodes, rows }) =>
    `O lote, antes fixo em ${size}, é dinâmico (${symbol}) em ${inputs}; reescrita de ${nodes}, conferida com um lote de ${rows}.`,
  batchNotVerified: () => 'O resultado não foi conferido por uma execução, pois verify está desligado.',
  sizesFixed: ({ sizes, open, inputs }) =>
    `Das entradas, fixação de ${sizes}; ainda dinâmicos: ${open}. Ficou ${inputs}.`,
  oneSizeOpen: () => '1 tamanho das entradas ainda é dinâmico; declare-o em sizes.',
  someSizesOpen: ({ count }) => `${count} tamanhos das entradas ainda são dinâmicos; declare-os em sizes.`,
};
