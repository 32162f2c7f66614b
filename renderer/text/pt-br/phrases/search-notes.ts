import type { searchPhrases as english } from '../../../../shared/phrases/search-notes.ts';
import type { Translations } from '../../engine-phrases.ts';

export const searchPhrases: Pick<Translations, keyof typeof english> = {
  searchTask: ({ model }) => `Buscando uma variante de ${model}`,
  trying: ({ trial, count }) => `Tentando ${trial} (${count} tentativas)`,
  rankingCancelled: () => 'A classificação foi cancelada.',
  quantizingAlone: ({ group }) => `Quantizando só ${group}`,
  quantizedAlready: ({ model, quantization }) =>
    `"${model}" já está quantizado (${quantization}); busque a partir do modelo de que ele foi criado.`,
  stateBounds: () =>
    'Diga o que a variante deve cumprir: a perda máxima de acurácia, a SNR mínima, a latência ou o tamanho máximo.',
  noLabelsToLose: ({ dataset }) =>
    `O conjunto de dados "${dataset}" não tem rótulos em que se perca acurácia; declare a SNR mínima.`,
  searchStuck: ({ reason }) => `A busca não pode continuar: ${reason}`,
  nothingMeasured: () => 'nada foi medido.',
  overSize: ({ bytes, most }) => `Ocupa ${bytes} bytes, mais que os ${most} do orçamento.`,
  overLatency: ({ latency, most }) => `Sua latência mediana de ${latency} ms fica acima dos ${most} ms do orçamento.`,
  triedRejected: ({ rejected, trials }) => `${rejected} de ${trials} tentativas foram rejeitadas.`,
  fastestFound: ({ trial, figures }) => `"${trial}" tem ${figures}: a mais rápida dentro dos limites.`,
  mostAccurateFound: ({ trial, figures }) => `"${trial}" tem ${figures}: a mais exata dentro do orçamento.`,
  noneFaster: () => 'Nenhuma variante dentro dos limites foi, sem dúvida, mais rápida que o original.',
  noneInBudget: () => 'Nenhuma variante cumpriu o orçamento.',
  latencyTimes: ({ ratio, low, high }) =>
    `${ratio} vezes a latência do original (intervalo de 95% de ${low} a ${high})`,
  pointsLost: ({ points }) => `${points} pontos de acurácia perdidos`,
  groupsPruned: ({ count, all }) => `${count} de ${all} grupos de canais podados`,
  groupsInEightBits: ({ count, all }) => `${count} de ${all} grupos em 8 bits`,
  trialConfirmed: ({ trial }) => `${trial}, confirmada`,
};
