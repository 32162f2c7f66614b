import type { connectionPhrases as english } from '../../../../shared/phrases/connection.ts';
import type { Translations } from '../../engine-phrases.ts';

export const connectionPhrases: Pick<Translations, keyof typeof english> = {
  folderWithout: ({ kinds }) => `A pasta não contém nenhum arquivo dos tipos ${kinds}; escolha outra.`,
  uploadRefused: ({ file, status }) => `"${file}" não pôde ser enviado (HTTP ${status}).`,
  uploadCutOff: ({ file }) => `O envio de "${file}" foi interrompido; confira se o Crivo ainda está em execução.`,
  notSent: ({ method }) =>
    `O Crivo não pode ser alcançado, e "${method}" não foi enviado; confira se ele ainda está em execução.`,
  connectionLost: ({ method }) =>
    `A conexão com o Crivo caiu antes da resposta de "${method}"; veja se foi feito, depois tente de novo.`,
};
