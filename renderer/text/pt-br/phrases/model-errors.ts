import type { modelPhrases as english } from '../../../../shared/phrases/model-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const modelPhrases: Pick<Translations, keyof typeof english> = {
  fileBecameShorter: () => 'O arquivo encolheu enquanto era lido; tente de novo quando nada escrever nele.',
  impossibleShape: ({ tensor, shape }) => `O tensor "${tensor}" declara a forma impossível [${shape}].`,
  bytesMismatch: ({ label, stored, declared }) =>
    `O tensor "${label}" está danificado: ${stored} bytes gravados, ${declared} declarados; exporte o modelo de novo.`,
  valuesMismatch: ({ label, stored, declared }) =>
    `O tensor "${label}" está danificado: ${stored} valores gravados, ${declared} declarados; exporte o modelo de novo.`,
  unwritableFull: ({ path }) => `${path} não pode ser gravado: o disco está cheio; libere espaço.`,
  unwritableRefused: ({ path, code }) => `${path} não pode ser gravado: o sistema recusou (${code}).`,
  beyondDataFile: ({ model, label, file, bytes }) =>
    `${model}: o tensor "${label}" fica além do fim do seu arquivo de dados "${file}" (${bytes} bytes); copie ou baixe o arquivo de novo.`,
  dataFileUnnamed: ({ model }) => `${model}: um tensor com dados externos não indica nenhum arquivo.`,
  dataFileAbsolute: ({ model, file }) =>
    `${model}: seu arquivo de dados externos "${file}" tem um caminho absoluto; dados externos devem ficar na pasta do modelo.`,
  dataFileOutside: ({ model, file }) =>
    `${model}: seu arquivo de dados externos "${file}" aponta para fora da pasta do modelo; mova-o para junto do modelo.`,
  dataFileMissing: ({ model, file }) =>
    `${model}: seu arquivo de dados externos "${file}" não existe; ponha-o junto do modelo.`,
  dataFileLinksOut: ({ model, file }) =>
    `${model}: seu arquivo de dados externos "${file}" é um link para fora da pasta do modelo; ponha o próprio arquivo junto do modelo.`,
  dataFileNoFile: ({ model, file }) =>
    `${model}: seu arquivo de dados externos "${file}" não é um arquivo; ponha o arquivo de dados junto do modelo.`,
  impossibleExtent: ({ model, label, key, text }) =>
    `${model}: o tensor "${label}" tem o valor externo impossível ${key} "${text}".`,
  externalMismatch: ({ model, label, declared, bytes }) =>
    `${model}: o tensor "${label}" declara ${declared} bytes e tem ${bytes} bytes de dados externos; exporte o modelo de novo.`,
  externalOverlap: ({ declared, bytes }) =>
    `As regiões de dados externos do modelo se sobrepõem: ${declared} bytes declarados em ${bytes} bytes de arquivos.`,
  noFile: ({ path }) => `Não há um arquivo "${path}".`,
  unreadable: ({ path, why }) => `${path} não pode ser lido (${why}).`,
  notFile: ({ path }) => `${path} não é um arquivo; indique um arquivo ONNX.`,
  fileTooLarge: ({ path }) =>
    `${path} é maior do que um arquivo ONNX pode ser (4 GiB); salve o modelo com dados externos.`,
  fileEmpty: ({ label }) => `${label} está vazio; exporte-o ou baixe-o de novo.`,
  fileDamaged: ({ label, why }) => `${label} está cortado ou danificado: ${why}; copie-o ou baixe-o de novo.`,
  fileNotReadable: ({ label }) => `${label} não é um arquivo ONNX legível; exporte-o de novo.`,
  graphEmpty: ({ label }) => `${label} contém um grafo sem operadores e saídas; exporte o modelo de novo.`,
  notOnnx: ({ label }) => `${label} não é um modelo ONNX; indique um arquivo exportado para ONNX.`,
};
