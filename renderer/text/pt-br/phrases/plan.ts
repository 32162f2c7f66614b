import type { planPhrases as english } from '../../../../shared/phrases/plan.ts';
import type { Translations } from '../../engine-phrases.ts';

export const planPhrases: Pick<Translations, keyof typeof english> = {
  fixedBatch: ({ model, fixed, batch }) => `O lote de ${model} é fixo em ${fixed}, por isso não aceita ${batch}.`,
  applyDynamicBatch: () => 'Aplique a receita dynamic-batch.',
  unfitShape: ({ input, model, taken, shape }) =>
    `A entrada "${input}" de ${model} aceita ${taken}, em que ${shape} de inputShapes não cabe.`,
  correctShapes: () => 'Corrija inputShapes.',
  unfitDataset: ({ input, model, taken, dataset, shape }) =>
    `A entrada "${input}" de ${model} aceita ${taken}, em que os exemplos de ${dataset} (${shape}) não cabem.`,
  otherDataset: () => 'Indique um conjunto de dados que sirva ao modelo, ou nenhum.',
  noPlaceForBatch: ({ model, batch }) => `As formas de ${model} não têm lugar para um lote de ${batch}.`,
  writeBatch: ({ example }) => `Escreva a palavra batch em inputShapes, como em ${example}.`,
  stoodTwice: () => '1 célula estava duas vezes na varredura e é medida uma vez.',
  stoodMoreOften: ({ cells }) => `${cells} células estavam mais de uma vez na varredura e são medidas uma vez.`,
  sizesOpen: ({ model, batch, shapes }) =>
    `${model} deixa tamanhos em aberto; escolhidos no lote ${batch}: ${shapes}. Declare outros com inputShapes.`,
  oneCoreForThreads: ({ threads }) =>
    `Células com ${threads} threads executam, mas esta máquina tem 1 núcleo lógico: espere que sejam mais lentas e ruidosas.`,
  coresForThreads: ({ threads, cores }) =>
    `Células com ${threads} threads executam, mas esta máquina tem ${cores} núcleos lógicos: espere que sejam mais lentas e ruidosas.`,
  oneCoreForProcesses: ({ processes }) =>
    `Células com ${processes} processos × threads executam, mas esta máquina tem 1 núcleo lógico: os processos o dividem.`,
  coresForProcesses: ({ processes, cores }) =>
    `Células com ${processes} processos × threads executam, mas esta máquina tem ${cores} núcleos lógicos: os processos os dividem.`,
  leftOut: ({ provider, why }) => `${provider} fica de fora: ${why}`,
  nothingJudged: () =>
    'A varredura diz o que aceitar, mas não tem variantes: só variantes são julgadas contra seu original.',
  nothingToRun: () => 'nada a executar',
  basisOfOne: ({ basis }) => `1 célula: ${basis}`,
  basisOfSome: ({ cells, basis }) => `${cells} células: ${basis}`,
  midwayAlone: () => 'sem execuções anteriores: a meio caminho entre o menor e o maior aquecimento e medição',
  midway: () => 'sem execuções anteriores, a meio caminho entre o menor e o maior aquecimento e medição',
  oneSameRun: () => '1 execução anterior destas células',
  sameRuns: ({ runs }) => `${runs} execuções anteriores destas células`,
  oneSimilarRun: () => '1 execução anterior dos mesmos modelos, provedores e tamanhos de lote com outras configurações',
  similarRuns: ({ runs }) =>
    `${runs} execuções anteriores dos mesmos modelos, provedores e tamanhos de lote com outras configurações`,
  heldUp: ({ sweep, why }) => `É hora de "${sweep}", mas ${why}.`,
  waitsForMains: () => 'a máquina está na bateria, e ela espera pela tomada',
  waitsForIdle: ({ share, limit }) =>
    `outros programas ocupam ${share} do processador, e ela espera por menos de ${limit}`,
  waitsForCool: ({ temperature, limit }) =>
    `o processador está a ${temperature} °C, e ela espera por menos de ${limit} °C`,
};
