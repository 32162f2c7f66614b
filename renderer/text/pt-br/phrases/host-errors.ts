import type { hostErrorPhrases as english } from '../../../../shared/phrases/host-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const hostErrorPhrases: Pick<Translations, keyof typeof english> = {
  noCall: ({ name }) => `Não há chamada com o nome ${name}.`,
  wentWrong: ({ why }) => `Algo deu errado dentro do Crivo (${why}); o log tem os detalhes.`,
  callUnfit: ({ name, place, why }) => `A chamada ${name} não pode ser feita: ${place}: ${why}.`,
  itsInput: () => 'sua entrada',
  notAsExpected: () => 'não é como se espera',
  noFolders: () => 'O navegador não pode nomear pastas desta máquina.',
  noRecipeFiles: () => 'O navegador não pode nomear arquivos desta máquina; escolha uma receita pelo nome.',
  noNamedFiles: () => 'O navegador não pode nomear arquivos desta máquina; em vez disso, envie o arquivo.',
  uploadStalled: ({ name, time }) =>
    `O envio de "${name}" foi abandonado depois de ${time} sem que nada chegasse; confira a conexão e envie de novo.`,
  uploadedTwice: ({ name }) => `"${name}" foi enviado duas vezes de uma vez; escolha arquivos de nomes diferentes.`,
  uploadDiskFull: ({ name }) =>
    `O disco da pasta de dados está cheio, por isso "${name}" não pôde ser enviado; libere espaço e envie de novo.`,
  uploadTooLarge: ({ most }) =>
    `O arquivo é maior que os ${most} que um envio pode ter; adicione-o com "crivo model add".`,
  uploadsFromPage: () => 'Envios só são aceitos da página do Crivo.',
  uploadNoId: () => 'O envio não tem um id válido.',
  exportGone: () => 'Esse arquivo não está mais aqui; exporte-o de novo.',
  uploadGone: () => 'Esse envio não está mais aqui; envie o arquivo de novo.',
  uploadTooDeep: ({ most }) => `O envio tem mais de ${most} pastas, uma dentro da outra; mova-o para cima.`,
};
