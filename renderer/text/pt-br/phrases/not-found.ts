import type { notFoundPhrases as english } from '../../../../shared/phrases/not-found.ts';
import type { Translations } from '../../engine-phrases.ts';

export const notFoundPhrases: Pick<Translations, keyof typeof english> = {
  noRunUnchanged: ({ run }) => `Não há execução ${run}: nada foi mudado.`,
  noRun: ({ run }) => `Não há execução ${run}.`,
  noRunShown: ({ run }) => `Não há execução ${run}: \`crivo results\` mostra as que há.`,
  noJob: ({ job }) => `Não há tarefa ${job}.`,
  jobNotRunning: ({ job, state }) => `A tarefa ${job} está ${state}, não em execução: seu resultado não foi guardado.`,
  noSweep: ({ sweep }) => `Não há varredura ${sweep}: \`crivo queue list\` mostra as que há.`,
  sweepRunning: ({ sweep }) => `A varredura ${sweep} está em execução: cancele-a antes, depois remova-a.`,
  nothingLeft: ({ sweep, state }) => `A varredura ${sweep} está ${state} e não tem mais nada a executar.`,
  nothingLeftToRetry: ({ sweep, state }) =>
    `A varredura ${sweep} está ${state} e não tem mais nada a executar: repita-a para executar o que falhou ou foi cancelado.`,
  noDatasetOf: ({ sha256 }) => `Nenhum conjunto de dados tem o SHA-256 ${sha256}.`,
  noModelOf: ({ sha256 }) => `Nenhum modelo tem o SHA-256 ${sha256}: \`crivo model list\` mostra os que há.`,
  modelNameTaken: ({ name }) => `Outro modelo se chama ${name}: escolha outro nome, ou renomeie aquele antes.`,
  modelKnown: ({ name }) => `O modelo ${name} já está na biblioteca, pelo conteúdo.`,
  noOwnRecipe: ({ name }) => `Você não tem receita chamada ${name}; receitas embutidas não podem ser removidas.`,
  answeredNothing: ({ run }) =>
    `A execução ${run} não respondeu a exemplos rotulados; execute sua varredura com um conjunto de dados que tenha rótulos.`,
  noSamples: ({ run, why }) => `A execução ${run} não tem amostras: ${why}.`,
  notMeasured: () => 'não foi medida',
  samplesForgotten: () => 'a retenção dos ajustes as removeu; seu resumo fica guardado',
  samplesFew: ({ found, all, least }) => `${found} de ${all} com ao menos ${least} amostras`,
  roundsInCommon: ({ least }) => `rodadas em comum (ao menos ${least})`,
  roundsAtLeast: ({ least }) => `rodadas (ao menos ${least})`,
};
