import type { libraryErrorPhrases as english } from '../../../../shared/phrases/library-errors.ts';
import type { Translations } from '../../engine-phrases.ts';

export const libraryErrorPhrases: Pick<Translations, keyof typeof english> = {
  addTask: () => 'Adicionando modelos',
  copying: ({ name }) => `Copiando ${name}`,
  inspecting: ({ name }) => `Inspecionando ${name}`,
  noFileOrFolder: ({ path }) => `Não há um arquivo ou pasta "${path}".`,
  folderUnreadable: ({ folder, why }) => `A pasta ${folder} não pode ser lida (${why}).`,
  folderWithoutModels: ({ path }) => `A pasta ${path} não contém nenhum arquivo *.onnx.`,
  sourceChanged: ({ source }) => `${source} mudou enquanto era copiado; adicione-o de novo quando nada escrever nele.`,
  addingOneCancelled: () => 'A adição do modelo foi cancelada.',
  addingCancelled: () => 'A adição de modelos foi cancelada; os já adicionados ficam.',
  sourceUnreadable: ({ path, code }) =>
    `${path} não pode ser lido (${code}); confira se é um arquivo e se você pode lê-lo.`,
  dataFileNamedModel: ({ location }) =>
    `O arquivo de dados externos do modelo se chama "${location}"; dê outro nome a ele ao exportar o modelo.`,
  ambiguousPrefix: ({ reference, count, names }) =>
    `"${reference}" é o começo do SHA-256 de ${count} modelos (${names}); dê mais dígitos ou o nome.`,
  noModelCalled: ({ reference }) => `Nenhum modelo se chama "${reference}"; \`crivo model list\` mostra os que há.`,
  noModelButNear: ({ reference, near }) => `Nenhum modelo se chama "${reference}"; você quis dizer "${near}"?`,
  exportOverOriginal: ({ target }) => `${target} é o arquivo de que o modelo foi adicionado; escolha outro nome.`,
  exportDataFileThere: ({ place }) =>
    `${place} já existe, e o modelo precisa de um arquivo de dados com esse nome; escolha uma pasta vazia.`,
  exportDiskFull: ({ target }) =>
    `${target} não pode ser gravado: o disco está cheio ou não aceita mais; libere espaço.`,
  exportForbidden: ({ target }) => `${target} não pode ser gravado: você não pode gravar ali; escolha outra pasta.`,
  exportIsFolder: ({ target }) => `${target} não pode ser gravado: é uma pasta; dê o nome de um arquivo nela.`,
  exportFolderIsFile: ({ target }) => `${target} não pode ser gravado: sua pasta é um arquivo; escolha outra pasta.`,
  runsDiskFull: ({ file }) => `O disco está cheio: ${file} não foi gravado; libere espaço e exporte de novo.`,
  runsUnwritable: ({ file, code, folder }) =>
    `O arquivo ${file} não pode ser gravado (${code}): confira se ${folder} é uma pasta em que você pode gravar.`,
  noColumnButNear: ({ name, near }) => `Uma exportação não tem coluna "${name}"; você quis dizer "${near}"?`,
  noExportColumn: ({ name, columns }) => `Uma exportação não tem coluna "${name}"; há: ${columns}.`,
};
