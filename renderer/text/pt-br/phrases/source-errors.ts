import type { sourcePhrases as english } from '../../../../shared/phrases/source-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const sourcePhrases: Pick<Translations, keyof typeof english> = {
  noTestData: () => 'Não há input_0.pb no que você indicou; confira o caminho.',
  testInputsAlike: ({ count, set }) =>
    `As ${count} entradas de ${set} não se distinguem pelo nome; grave cada uma com o nome da entrada do modelo.`,
  testInputVaries: ({ name }) =>
    `A entrada "${name}" dos dados de teste não tem eixo de exemplos e tem valores diferentes; só um número pode ser dado a todos os exemplos.`,
  tensorTooLarge: ({ file }) => `${file} tem mais de 1 GB.`,
  tensorUnreadable: ({ file, why }) => `${file} não pode ser lido: ${why}`,
  notTensor: () => 'não é um tensor do ONNX',
  severalTables: ({ count, first, second }) =>
    `Há ${count} tabelas no que você indicou (${first}, ${second} …); indique uma delas.`,
  noFiles: () =>
    'Não há arquivo no que você indicou; dê imagens, arquivos WAV, .npy ou .npz, CSV ou JSON Lines, ou dados de teste do ONNX (test_data_set_0/input_0.pb).',
  nothingUnderstood: ({ first }) =>
    `Nada do que você indicou (${first} …) é entendido; dê imagens, arquivos WAV, .npy ou .npz, CSV ou JSON Lines, ou dados de teste do ONNX (test_data_set_0/input_0.pb).`,
  alphabetNeeded: () =>
    'Para ler textos é preciso o alfabeto do modelo: indique um arquivo com um símbolo por linha, como --alphabet.',
  alphabetUnreadable: ({ alphabet, code }) => `O alfabeto ${alphabet} não pode ser lido (${code}); confira o caminho.`,
  alphabetEmpty: ({ file }) => `O alfabeto ${file} está vazio; dê um símbolo por linha.`,
  tableUnreadable: ({ table, why }) => `A tabela ${table} não pode ser lida: ${why}.`,
  lineNotJson: ({ line, table }) => `A linha ${line} de ${table} não é um objeto ou lista JSON; corrija essa linha.`,
  thePreparation: () => 'a preparação',
  tableEmpty: ({ table }) => `A tabela ${table} não tem linhas; dê uma que tenha.`,
  noPictureDecoder: () =>
    'Imagens não podem ser decodificadas nesta máquina: a sharp não pôde ser carregada; instale o Crivo de novo para este sistema.',
};
