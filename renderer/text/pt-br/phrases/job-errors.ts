import type { jobPhrases as english } from '../../../../shared/phrases/job-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const jobPhrases: Pick<Translations, keyof typeof english> = {
  jobInspecting: () => 'A inspeção do modelo',
  jobMaking: () => 'A criação da variante',
  jobRanking: () => 'A classificação das partes do modelo',
  jobComparingLayers: () => 'A comparação das camadas',
  jobPruning: () => 'A análise do que se pode podar',
  jobDrawing: () => 'A disposição do grafo do modelo',
  jobImporting: () => 'A importação do conjunto de dados',
  jobComparingAnswers: () => 'A comparação das respostas',
  jobCancelled: ({ job }) => `${job} foi cancelada.`,
  jobTooLong: ({ job, time }) => `${job} demorou mais que ${time} e foi encerrada.`,
  anyJobCancelled: () => 'O trabalho foi cancelado.',
  jobOutOfMemory: () => 'faltou memória ao seu processo; feche outros programas ou use um modelo menor.',
  jobEndedWithout: ({ code }) => `seu processo terminou sem resultado (código de saída ${code}).`,
  jobKilled: () => 'seu processo foi encerrado (SIGKILL), muito provavelmente porque faltou memória à máquina.',
  jobCrashed: ({ signal }) => `seu processo quebrou (${signal}).`,
};
