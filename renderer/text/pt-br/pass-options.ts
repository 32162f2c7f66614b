/** What the engine says in English of the options of its passes, by pass and option. */
const exclude = 'Nós a deixar como estão: nomes, operadores (Conv) ou padrões de nomes (*/head/*, conv_?).';
const perChannel = 'Uma escala para cada canal de saída de um peso: mais exato.';

export const optionTexts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  normalize: {
    foldScales:
      'Incorporar BatchNormalization e multiplicações e somas de constantes à convolução que vem antes delas.',
    foldConstants: 'Calcular de antemão o que só depende de constantes.',
  },
  streamline: {
    activations: 'Hard swish e semelhantes, e as constantes depois deles.',
    residualGates: 'x + x·g como um só produto (squeeze-and-excitation com resíduo).',
  },
  'optimize-graph': {
    level:
      'basic: portável; extended: funde em operadores próprios do ONNX Runtime; layout e all: também dispõem os dados para este tipo de processador.',
  },
  'convert-to-float16': {
    keepInterface: 'Entradas e saídas do modelo ficam em float32, para que nada ao redor dele mude.',
    keepOperators: 'Operadores que ficam em float32 além dos que precisam (por exemplo Softmax).',
    keepNodes: 'Nomes de nós que ficam em float32.',
    checkExamples:
      'Quantos exemplos do conjunto de dados, se houver um, são executados para procurar NaN e infinito e medir a diferença.',
  },
  'quantize-static': {
    method:
      'Como as faixas saem dos dados: todos os valores menos os mais raros (percentile), todos (minmax), ou a faixa que menos muda a distribuição (entropy).',
    percentile: 'Parte dos valores que percentile mantém, em %.',
    bins: 'Classes dos histogramas; se omitido, 2048 para percentile e 128 para entropy, que perde acurácia com mais.',
    levels: 'Níveis em que entropy reúne as classes.',
    movingAverage: 'Peso de cada novo exemplo numa média móvel dos extremos; 0 toma os extremos de todos (minmax).',
    calibrationCount: 'No máximo quantos exemplos para calibrar; se omitido, todo o conjunto de calibração.',
    activationType: 'Inteiros das ativações; auto escolhe o que é rápido nesta CPU.',
    weightType: 'Inteiros dos pesos; auto como acima.',
    perChannel,
    reduceRange:
      '7 em vez de 8 bits para os pesos; auto faz isso em CPUs cujos produtos de 8 bits transbordam (x86 sem VNNI).',
    symmetricActivations: 'Faixas das ativações iguais dos dois lados do zero.',
    symmetricWeights:
      'Faixas dos pesos iguais dos dois lados do zero; auto para tipos com sinal. As por canal sempre são.',
    floatIslands:
      'Deixar em ponto flutuante convoluções depthwise entre operadores de ponto flutuante: mais rápido e exato que ir a inteiros e voltar.',
    operators: 'Operadores a quantizar; sem nomear nenhum, convoluções, produtos e o que costuma ficar entre eles.',
    exclude,
  },
  'quantize-dynamic': {
    operators:
      'Operadores a quantizar. Conv fica de fora se não for nomeado: assim é mais lento que em float32 na maioria das CPUs.',
    weightType: 'Inteiros dos pesos; auto escolhe o que é rápido e exato nesta CPU.',
    convolutionWeightType:
      'O mesmo para convoluções; auto escolhe uint8, que o ONNX Runtime multiplica várias vezes mais rápido.',
    perChannel,
    reduceRange:
      '7 em vez de 8 bits para os pesos; auto faz isso onde produtos de 8 bits com sinal transbordam (x86 sem VNNI).',
    exclude,
  },
  'quantize-weights': {
    bits: 'Bits de um peso: 4 ou 8.',
    blockSize: 'Pesos que dividem uma escala: 16, 32, 64, 128 ou 256. Menos são mais exatos e ocupam mais espaço.',
    symmetric:
      'Passos iguais dos dois lados do zero: sem pontos zero; desligado é mais exato onde os pesos ficam de um lado.',
    accuracyLevel:
      'Menor precisão da aritmética: 0 como o ONNX Runtime quiser, 1 float32, 2 float16, 3 bfloat16, 4 int8 (o mais rápido em CPUs).',
    operators: 'Operadores cujos pesos são quantizados.',
    exclude,
  },
  'make-batch-dynamic': {
    symbol: 'Nome do tamanho dinâmico.',
    axes: 'Entradas cujo lote não está no primeiro eixo, como entrada=eixo (state=1), ou que não têm lote, como entrada=none.',
    verify: 'Executar o original e o resultado com entradas inventadas e comparar cada exemplo.',
  },
  'fix-shapes': {
    sizes: 'Valores de tamanhos: símbolo=número (batch=4), ou entrada=forma (image=1x3x224x224).',
    batch: 'Tamanho de uma primeira dimensão dinâmica que sizes não declara.',
  },
  'prune-channels': {
    ratio: 'Quanto sai, como parte do que target conta (0.25 = um quarto).',
    target:
      'O que ratio conta: canais, parâmetros, multiplicações-acumulações, ou a latência medida aqui (uma thread; o resultado depende então da máquina).',
    importance:
      'Por que um canal é julgado: auto é activation com conjunto de dados e l2 sem; normas l1 ou l2 de seus pesos, a escala de sua normalização em lote (que não pode estar incorporada), ou activation: entrada média nos dados de calibração vezes o peso.',
    global:
      'Desligado tira a mesma parte de cada grupo de camadas; ligado ordena os canais de todos juntos, pela importância por multiplicação-acumulação poupada.',
    maxShare: 'Nenhum grupo de camadas perde mais que esta parte de seus canais.',
    minChannels: 'Canais que todo grupo mantém no mínimo.',
    roundTo: 'O que um grupo mantém é múltiplo disto; 8 ou 16 serve às unidades vetoriais.',
    protect: 'Nomes de nós que mantêm todos os canais.',
    only: 'Nomes dos únicos nós que podem perder canais, com os ligados a eles; vazio para todos.',
    repair:
      'Com dados de calibração (sem conjunto de dados fica de fora): bias corrige só as médias; least-squares ajusta as camadas seguintes ao que davam antes.',
  },
  'prune-weights': {
    pattern: 'unstructured, ou N:M como 2:4: ficam N de cada M.',
    ratio: 'Parte dos pesos que vira zero (só unstructured).',
    global: 'Julgar todas as camadas juntas em vez de cada uma por si (só unstructured).',
  },
};
