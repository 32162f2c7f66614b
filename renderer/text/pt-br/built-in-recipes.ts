/** What the engine says in English of its built-in recipes, by name. */
export const recipeTexts: Readonly<Record<string, string>> = {
  streamlined:
    'Aritmética de ponto flutuante em formas de igual valor que são mais rápidas na CPU: escalas incorporadas, ativações e portas. Para redes convolucionais.',
  fp16: 'Meia precisão: metade do tamanho; mais rápida em processadores com aritmética float16, muitas vezes mais lenta na CPU.',
  'int8-static': 'Pesos e ativações em 8 bits, com faixas medidas em um conjunto de dados. Para redes convolucionais.',
  'int8-dynamic':
    'Pesos em 8 bits, ativações quantizadas conforme chegam; não precisa de dados. Para transformers, LSTMs e outros modelos de produtos de matrizes.',
  'int4-weights':
    'Pesos dos produtos de matrizes em 4 bits, ativações em float32. Para modelos de linguagem e outros produtos grandes.',
  'int8-weights': 'Como int4-weights, em 8 bits: o dobro do tamanho, mais perto do original.',
  'graph-basic': 'As otimizações de grafo portáveis do ONNX Runtime, salvas de antemão.',
  'graph-extended': 'Também funde operadores em operadores próprios do ONNX Runtime; só executa no ONNX Runtime.',
  'graph-all':
    'Também dispõe os dados para este tipo de processador; executa no ONNX Runtime, em processadores como este.',
  'dynamic-batch': 'Faz um modelo de lote fixo aceitar qualquer lote, e o comprova executando-o.',
  'prune-25': 'Remove canais que valem um quarto da aritmética e repara o restante com dados de calibração.',
  'prune-50': 'Remove canais que valem metade da aritmética e repara o restante com dados de calibração.',
  'prune-to-latency':
    'Remove canais até que a latência medida aqui seja 30% menor e repara o restante com dados de calibração. O que sai depende desta máquina.',
  'prune-50-int8-static': 'Como prune-50, depois pesos e ativações em 8 bits. Para redes convolucionais.',
  'prune-2-4': 'Zera dois de cada quatro pesos: para hardware que pula zeros; não acelera na CPU.',
};

/** What the engine says in English of its passes, by name. */
export const passTexts: Readonly<Record<string, { readonly title: string; readonly description: string }>> = {
  normalize: {
    title: 'Normalizar o grafo',
    description:
      'Pesos viram inicializadores, identidades e nós sem uso saem, constantes são calculadas de antemão, a normalização em lote e as escalas constantes são incorporadas à convolução anterior, e os nós são ordenados e nomeados. Os outros passos esperam essa forma.',
  },
  streamline: {
    title: 'Simplificar convoluções',
    description:
      'Reescreve ativações como hard swish, as constantes depois delas e as portas residuais em formas de igual valor que o ONNX Runtime calcula sem sair da sua disposição em blocos. Espera um grafo normalizado. Mais rápido em CPUs; nenhuma acurácia se perde.',
  },
  'optimize-graph': {
    title: 'Otimizar o grafo',
    description:
      'As otimizações de grafo do próprio ONNX Runtime, feitas uma vez e salvas: sessões abrem mais rápido, e outros runtimes aproveitam as portáveis.',
  },
  'convert-to-float16': {
    title: 'Converter para meia precisão',
    description:
      'Pesos e ativações viram float16: metade do tamanho, e mais rápido onde o processador tem aritmética float16. Operadores que sofreriam ficam em float32.',
  },
  'quantize-static': {
    title: 'Quantizar em 8 bits, faixas medidas',
    description:
      'Pesos e ativações viram inteiros de 8 bits; as faixas das ativações são medidas nos dados de calibração. Rápido para redes convolucionais em CPUs com VNNI.',
  },
  'quantize-dynamic': {
    title: 'Quantizar em 8 bits, faixas conforme chegam',
    description:
      'Pesos viram inteiros de 8 bits; cada ativação é quantizada pela própria faixa quando chega. Não precisa de dados. Para transformers, LSTMs e outros modelos de produtos de matrizes.',
  },
  'quantize-weights': {
    title: 'Quantizar só os pesos, em 4 ou 8 bits',
    description:
      'Pesos de produtos e consultas ficam em blocos de 4 ou 8 bits, as ativações continuam em ponto flutuante: muito menor, e mais rápido onde o que demora é ler pesos, como em modelos de linguagem. Só executa no ONNX Runtime.',
  },
  'make-batch-dynamic': {
    title: 'Tornar o lote dinâmico',
    description:
      'Um modelo exportado com lote fixo aceita qualquer lote: tamanhos escritos no grafo são liberados, e uma execução de prova mostra que cada exemplo dá o mesmo de antes.',
  },
  'fix-shapes': {
    title: 'Fixar as formas',
    description:
      'Tamanhos dinâmicos das entradas recebem um valor. Alguns processadores (NPUs) e compiladores precisam disso, e a memória pode ser planejada de antemão.',
  },
  'prune-channels': {
    title: 'Remover canais',
    description:
      'Remove os canais menos importantes de convoluções e produtos, com tudo o que está ligado a eles, e repara o que resta com dados de calibração. Menor e mais rápido em qualquer processador; é preciso conferir a acurácia.',
  },
  'prune-weights': {
    title: 'Zerar pesos pequenos',
    description:
      'Põe em zero os menores pesos, onde quer que estejam ou N de cada M ao longo das entradas. Para o tamanho comprimido e para hardware que pula zeros; não acelera na CPU.',
  },
};
