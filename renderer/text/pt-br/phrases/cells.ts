import type { cellPhrases as english } from '../../../../shared/phrases/cells.ts';
import type { Translations } from '../../engine-phrases.ts';

export const cellPhrases: Pick<Translations, keyof typeof english> = {
  failed: ({ title, why }) => `${title} falhou: ${why}`,
  theCell: () => 'A célula',
  theTest: ({ provider }) => `A prova de ${provider}`,
  tooLong: ({ title, deadline }) =>
    `${title} demorou mais que seu prazo de ${deadline} e foi encerrada; aumente o prazo ou meça menos.`,
  tooLarge: ({ title, used, limit }) =>
    `${title} usou ${used} de memória, acima do seu limite de ${limit}, e foi encerrada; aumente o limite ou use um lote menor.`,
  notStarted: ({ message }) => `seu processo não pôde ser iniciado (${message}).`,
  outOfMemory: () => 'faltou memória ao seu processo; feche outros programas, ou use um lote ou modelo menor.',
  killed: () => 'seu processo foi encerrado de fora (SIGKILL); execute de novo.',
  crashed: ({ signal }) => `seu processo quebrou (${signal}); veja no log o que escreveu por último.`,
  endedWithout: ({ code }) =>
    `seu processo terminou sem resultado (código de saída ${code}); veja no log o que escreveu por último.`,
  begunTooOften: ({ times }) =>
    `Foi iniciada ${times} vezes, e todas as vezes o Crivo ou a máquina terminou antes; repita-a para tentar de novo.`,
  snrUnknown: () => 'Suas saídas não puderam ser comparadas com as do original, o que accept.minSnrDb pede.',
  snrTooLow: ({ snr, limit }) =>
    `Suas saídas mantêm ${snr} dB das do original, abaixo dos ${limit} dB que a varredura aceita.`,
  accuracyUnknown: () => 'Sua acurácia não pôde ser comparada com a do original, o que accept.maxDrop pede.',
  accuracyTooLow: ({ metric, value, drop, limit }) =>
    `Seu ${metric} de ${value} fica ${drop} pontos abaixo do original, mais que os ${limit} que a varredura aceita.`,
  fewSamples: ({ fewest, count }) => `precisa de ${fewest} amostras, tem ${count}`,
  unserved: ({ queries }) => `${queries} consultas ainda esperavam quando a medição terminou.`,
  notSteady: () => 'O aquecimento terminou no seu limite antes que a latência estivesse estável.',
  nodesElsewhere: ({ nodes, all, provider }) => `${nodes} de ${all} nós não executaram em ${provider}.`,
  latencyRose: ({ share }) => `A latência subiu ${share} do primeiro terço das amostras ao último.`,
  latencyFell: ({ share }) => `A latência caiu ${share} do primeiro terço das amostras ao último.`,
  samplesThinned: () =>
    'O primeiro milhão de amostras é mantido em ordem; as estatísticas usam todas, com precisão de 0,1%.',
  notPinned: ({ cores, why }) => `A célula não foi fixada nos núcleos ${cores}: ${why}.`,
  notAtPriority: ({ priority, why }) => `A célula não executou com prioridade ${priority}: ${why}.`,
  driftUnmeasured: ({ why }) => `O desvio não foi medido: o original não pôde ser executado ao lado (${why})`,
  driftOtherSize: ({ output }) => `O desvio da saída "${output}" não foi medido: a da variante tem outro tamanho.`,
  driftOfLargest: ({ output }) => `O desvio é o da saída "${output}", o maior.`,
};
